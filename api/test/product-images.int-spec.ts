import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Product } from '@qc/contracts';
import sharp from 'sharp';
import type { Client } from './support/client';
import { raw } from './support/raw';
import { TestServer } from './support/test-server';
import { picture, sendPicture, type Upload } from './support/uploads';

const ADDRESS = /^\/api\/files\/[\da-f]{64}\.webp$/;
const MARKER = 'this-must-not-be-kept';

let folder: string;
let server: TestServer;
let admin: Client;
let product: Product;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qc-files-'));
  server = await TestServer.start({ DATA_DIR: folder });
  admin = await server.admin();
  product = await server.product();
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const get = (imageUrl: string, init: RequestInit = {}): Promise<Response> => fetch(server.url + imageUrl, init);
const kept = async (imageUrl: string): Promise<Buffer> => Buffer.from(await (await get(imageUrl)).arrayBuffer());
const files = async (): Promise<string[]> => readdir(join(folder, 'files')).catch(() => []);

/** A PNG that says that it is this large and has one row. */
function bomb(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const rows = deflateSync(Buffer.alloc(1_000_000));
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    ...[chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))],
  ]);
}

function chunk(kind: string, data: Buffer): Buffer {
  const [length, named] = [Buffer.alloc(4), Buffer.concat([Buffer.from(kind), data])];
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, check]);
}

function crc32(bytes: Buffer): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xed_b8_83_20 : 0);
  }
  return ~crc >>> 0;
}

describe('a picture of a product', () => {
  it.each(['jpeg', 'png', 'webp', 'avif'] as const)('is taken as %s and shown as WebP', async (format) => {
    const upload = { bytes: await picture().toFormat(format).toBuffer(), name: 'x.exe', type: 'text/html' };
    const { status, body } = await sendPicture(admin, product.id, upload);
    expect([status, body]).toEqual([200, { ...product, imageUrl: expect.stringMatching(ADDRESS) as unknown }]);
    expect(await sharp(await kept(body.imageUrl!)).metadata()).toMatchObject({
      format: 'webp',
      width: 320,
      height: 200,
    });
    expect((await server.anonymous().get<Product>(`/products/${product.id}`)).body.imageUrl).toBe(body.imageUrl);
  });

  it('is at most 1200 pixels a side, and stands upright', async () => {
    // lies on its side and says so: what is red on the left goes to the top
    const bytes = await picture(3000, 1500).jpeg().withMetadata({ orientation: 6 }).toBuffer();
    const { body } = await sendPicture(admin, product.id, { bytes });
    const { data, info } = await sharp(await kept(body.imageUrl!))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([600, 1200]);
    expect(data[0]).toBeGreaterThan(200);
    expect(data[data.length - info.channels]).toBeLessThan(50);
  });

  it('says nothing of where it was taken, by whom and with what', async () => {
    const bytes = await picture()
      .withExif({
        IFD0: { Copyright: MARKER, Make: MARKER },
        IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '12/1 58/1 19/1', GPSLongitude: '77/1 35/1 0/1' },
      })
      .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>${MARKER}</a></x:xmpmeta>`)
      .jpeg()
      .toBuffer();
    expect(bytes.includes(MARKER)).toBe(true);
    const { body } = await sendPicture(admin, product.id, { bytes });
    const stored = await kept(body.imageUrl!);
    const { exif, xmp, icc, iptc } = await sharp(stored).metadata();
    expect([exif, xmp, icc, iptc, stored.includes(MARKER)]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      false,
    ]);
  });

  it.each([
    ['a page', `<html><script>${MARKER}</script></html>`],
    ['an archive', `PK\u0003\u0004${MARKER}PK\u0005\u0006`],
  ])('loses %s that hangs behind it', async (_what, tail) => {
    const bytes = Buffer.concat([await picture().jpeg().toBuffer(), Buffer.from(tail)]);
    const { status, body } = await sendPicture(admin, product.id, { bytes });
    expect([status, (await kept(body.imageUrl!)).includes(MARKER)]).toEqual([200, false]);
  });

  it('has the same address when it is the same, and another one when it is not', async () => {
    const urls = [];
    for (const size of [100, 100, 101])
      urls.push((await sendPicture(admin, product.id, { bytes: await picture(size).png().toBuffer() })).body.imageUrl);
    expect([urls[0] === urls[1], urls[1] === urls[2]]).toEqual([true, false]);
  });

  it('stays at its address when another one takes its place: orders have it', async () => {
    const [first, second] = [90, 91].map(async (size) => ({ bytes: await picture(size).png().toBuffer() }));
    const { body } = await sendPicture(admin, product.id, await first!);
    await sendPicture(admin, product.id, await second!);
    expect((await get(body.imageUrl!)).status).toBe(200);
  });

  it('is a change like any other: conditional on its version, and on the record', async () => {
    const { id } = await server.product();
    const bytes = await picture(120).png().toBuffer();
    const stale = await sendPicture(admin, id, { bytes }, { 'If-Match': '"7"' });
    expect([stale.status, stale.body.code]).toEqual([412, 'VERSION_MISMATCH']);
    const { status, headers, body } = await sendPicture(admin, id, { bytes }, { 'If-Match': '"1"' });
    expect([status, headers.get('etag')]).toEqual([200, '"2"']);
    const lines = await server.database.collection('audit').find({ action: 'product.image-changed' }).toArray();
    const told = lines.filter(({ target }) => String((target as { id: unknown }).id) === id);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ by: { role: 'admin' }, after: { imageUrl: body.imageUrl } });
  });
});

describe('what is no picture', () => {
  const REFUSED: Record<string, () => Promise<Buffer> | Buffer> = {
    'an SVG with a script': () =>
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99"><script>alert(1)</script></svg>'),
    'a page under the name of a picture': () => Buffer.from('<html><script>alert(1)</script></html>'),
    'a page that begins like a GIF': () => Buffer.from('GIF89a/*<script>*/=alert(1)//'),
    'a GIF': () => picture().gif().toBuffer(),
    'a TIFF': () => picture().tiff().toBuffer(),
    nothing: () => Buffer.alloc(0),
    noise: () => Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 251)),
    'a JPEG that breaks off': async () => (await picture(800, 800).jpeg().toBuffer()).subarray(0, 2000),
    'a PNG that breaks off': async () => (await picture(800, 800).png().toBuffer()).subarray(0, 1500),
    'what is too small to be seen': () => picture(63, 300).png().toBuffer(),
    'a moving WebP': () =>
      sharp(Buffer.alloc(100 * 200 * 3, 0).fill(200, 100 * 100 * 3), {
        raw: { width: 100, height: 200, channels: 3, pageHeight: 100 },
      })
        .webp()
        .toBuffer(),
    'a PNG of 20 000 by 20 000 pixels': () => bomb(20_000, 20_000),
    'an AVIF of more than 8 megapixels': () => picture(2900, 2800).avif({ effort: 0 }).toBuffer(),
    'a PNG of two thousand million pixels a side': () => bomb(2_000_000_000, 2_000_000_000),
    'a PNG that has no rows for its size': () => bomb(4000, 4000),
  };

  it.each(Object.entries(REFUSED))('%s is refused, quickly, and not kept', async (_what, make) => {
    const before = await files();
    const upload: Upload = { bytes: await make(), name: 'tea.jpg', type: 'image/jpeg' };
    const started = performance.now();
    const { status, body } = await sendPicture(admin, product.id, upload);
    expect([status, body.code]).toEqual([422, 'IMAGE_REJECTED']);
    expect(body.detail).toMatch(/^the picture (?:is|has|moves)/);
    expect(performance.now() - started).toBeLessThan(2000);
    expect(await files()).toEqual(before);
  });

  it('is refused by its size before it is kept in memory: 6 MB', async () => {
    const { status, body } = await sendPicture(admin, product.id, { bytes: Buffer.alloc(6 * 1024 * 1024) });
    expect([status, body.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });

  it.each<[string, (good: Buffer) => Upload | Upload[]]>([
    ['two files', (bytes) => [{ bytes }, { bytes }]],
    ['another field', (bytes) => ({ bytes, field: 'picture' })],
    ['a field beside it', (bytes) => [{ bytes }, { bytes: Buffer.from('1'), field: 'price' }]],
    ['a field with the name of a prototype', (bytes) => ({ bytes, field: '__proto__' })],
    ['a field that is an array', (bytes) => ({ bytes, field: 'image[]' })],
    ['no file', () => []],
  ])('is refused as a form with %s', async (_what, uploads) => {
    const { status, body } = await sendPicture(admin, product.id, uploads(await picture().png().toBuffer()));
    expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
  });

  it.each([
    ['JSON', 'application/json', '{"image":"x"}'],
    ['a form without boundary', 'multipart/form-data', 'x'],
    [
      'a form that breaks off',
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="image"; filename="a"\r\n\r\nabc',
    ],
    ['a form of another kind', 'multipart/mixed; boundary=x', '--x--'],
  ])('is refused as %s', async (_what, type, body) => {
    const { status } = await admin.put(`/products/${product.id}/image`, body, { 'Content-Type': type });
    expect([400, 415]).toContain(status);
  });

  it('is refused of a product that there is not, without a look at it', async () => {
    const { status, body } = await sendPicture(admin, '0'.repeat(24), { bytes: Buffer.from('x') });
    expect([status, body.code]).toEqual([404, 'PRODUCT_NOT_FOUND']);
  });

  it('is refused from anybody but an admin, whatever it is', async () => {
    const bytes = await picture().png().toBuffer();
    for (const [who, status] of [
      [server.anonymous(), 401],
      [await server.customer(), 403],
      [await server.partner(), 403],
    ] as const)
      expect((await sendPicture(who, product.id, { bytes })).status).toBe(status);
  });
});

describe('a stored file', () => {
  let imageUrl: string;
  beforeAll(async () => {
    imageUrl = (await sendPicture(admin, product.id, { bytes: await picture(200).png().toBuffer() })).body.imageUrl!;
  });

  const HEADERS = {
    'content-type': 'image/webp',
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
  };

  it.each(['GET', 'HEAD'])('is answered to %s for what it is, for good, and runs nothing', async (method) => {
    const answer = await get(imageUrl, { method });
    expect(answer.status).toBe(200);
    for (const [name, value] of Object.entries(HEADERS))
      expect([name, answer.headers.get(name)]).toEqual([name, value]);
    expect(Number(answer.headers.get('content-length'))).toBe((await kept(imageUrl)).length);
    expect((await answer.arrayBuffer()).byteLength > 0).toBe(method === 'GET');
  });

  it('is not sent again to who has it', async () => {
    const { headers } = await get(imageUrl);
    // by `fetch` it would be asked for without any cache
    const again = await raw(Number(new URL(server.url).port), {
      path: imageUrl,
      headers: { 'If-None-Match': headers.get('etag')! },
    });
    expect([again.status, again.bytes.length]).toEqual([304, 0]);
  });

  it.each([
    `${'0'.repeat(64)}.webp`,
    'x',
    '..%2f..%2fjwt-secret',
    '..%2fjwt-secret',
    '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '..%5c..%5cjwt-secret',
    `${'0'.repeat(64)}.html`,
    `${'0'.repeat(64)}.constructor`,
    `%2fetc%2fpasswd`,
    'a'.repeat(5000),
  ])('is nothing else: %s is not there', async (name) => {
    const answer = await get(`/api/files/${name}`);
    expect([
      answer.status,
      answer.headers.get('cache-control'),
      ((await answer.json()) as { code: string }).code,
    ]).toEqual([404, null, 'NOT_FOUND']);
  });

  it.each(['%00', `${'0'.repeat(64)}.webp%00.png`])('is not asked for by what is no text: %s', async (name) => {
    expect((await get(`/api/files/${name}`)).status).toBe(400);
  });
});
