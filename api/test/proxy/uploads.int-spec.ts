import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { Client } from '../support/client';
import { Nginx, NO_NGINX, NO_WAF } from '../support/nginx';
import { raw } from '../support/raw';
import { TestServer } from '../support/test-server';
import { picture, sendPicture } from '../support/uploads';

if (NO_NGINX) console.warn(`uploads through the proxy are not tested: ${NO_NGINX}`);
const UNKNOWN = `/api/products/${'0'.repeat(24)}/image`;

describe.each([
  ['the proxy', {}, NO_NGINX],
  ['the proxy and its firewall', { WAF: 'on' }, NO_WAF],
])('a picture through %s', (_what, more: Record<string, string>, missing) => {
  let folder: string;
  let server: TestServer;
  let nginx: Nginx;
  let admin: Client;
  let productId: string;
  beforeAll(async () => {
    if (missing) return;
    folder = await mkdtemp(join(tmpdir(), 'qc-files-'));
    server = await TestServer.start({ DATA_DIR: folder, TRUST_PROXY: '1' });
    nginx = await Nginx.before([server.url], more);
    admin = await new Client(nginx.url).signIn('admin@demo.test', 'Demo-pass-123');
    productId = (await server.product()).id;
  });
  afterAll(async () => {
    await nginx?.[Symbol.asyncDispose]();
    await server?.stop();
    if (folder) await rm(folder, { recursive: true, force: true });
  });
  const test = missing ? it.skip : it;

  test('goes up to the largest that there may be, and comes back as the API keeps it', async () => {
    const noise = { type: 'gaussian' as const, mean: 128, sigma: 40 };
    const create = { width: 1300, height: 1200, channels: 3 as const, noise, background: '#000' };
    const bytes = await sharp({ create }).png({ compressionLevel: 1 }).toBuffer();
    expect(bytes.length).toBeGreaterThan(3_500_000);
    const { status, body } = await sendPicture(admin, productId, { bytes });
    expect([status, body.code]).toEqual([200, undefined]);
    const shown = await raw(nginx.port, { path: body.imageUrl! });
    expect(shown.headers).toMatchObject({
      'content-type': 'image/webp',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
    });
    expect(shown.lines.filter((line) => line === 'content-security-policy')).toHaveLength(1);
    expect((await sharp(shown.bytes).metadata()).format).toBe('webp');
  });

  test('is refused as too large by the API, and far beyond that by the proxy', async () => {
    for (const megabytes of [5.5, 7]) {
      const { status, body } = await sendPicture(admin, productId, { bytes: Buffer.alloc(megabytes * 1024 * 1024) });
      expect([megabytes, status, body.code]).toEqual([megabytes, 413, 'PAYLOAD_TOO_LARGE']);
    }
  });

  test('is the one body that may be large', async () => {
    const body = 'x'.repeat(200_000);
    for (const path of [`/api/products/${productId}`, `${UNKNOWN}/x`, '/api/products/1/image', '/api/auth/login'])
      expect([path, (await raw(nginx.port, { method: 'PUT', path, body })).status]).toEqual([path, 413]);
  });

  test('of what is no picture is refused in the words of the API', async () => {
    const bytes = Buffer.from("<script>alert(1)</script>' OR 1=1 -- ".repeat(10_000));
    const { status, body } = await sendPicture(admin, productId, { bytes });
    expect([status, body.code]).toEqual([422, 'IMAGE_REJECTED']);
    expect((await sendPicture(admin, productId, { bytes: await picture().gif().toBuffer() })).status).toBe(422);
  });

  test('of a stranger is refused before he has sent it', async () => {
    const socket = connect(nginx.port, '127.0.0.1');
    const lines = [`PUT ${UNKNOWN} HTTP/1.1`, 'Host: x', 'Content-Type: multipart/form-data; boundary=x'];
    socket.write([...lines, 'Content-Length: 5000000', '', '--x'].join('\r\n'));
    const [answer] = await new Promise<[Buffer]>((resolve, reject) => {
      socket.once('data', (data: Buffer) => resolve([data]));
      socket.once('close', () => reject(new Error('no answer')));
    });
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 401 /);
    socket.destroy();
  });
});
