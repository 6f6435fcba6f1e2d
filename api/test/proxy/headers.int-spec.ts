import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serveWebApp } from '../../src/platform/http/http-app';
import { issueCertificate } from '../support/certificate';
import { Nginx, NO_NGINX } from '../support/nginx';
import { raw, type RawAnswer } from '../support/raw';
import { TestServer } from '../support/test-server';
import { picture, sendPicture } from '../support/uploads';

if (NO_NGINX) console.warn(`what browsers are told is tested of the API alone: ${NO_NGINX}`);
const WEB = join(import.meta.dirname, '../../../dist/web/browser');

/** What every answer says, whatever it is. */
const ALWAYS = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': expect.stringMatching(/camera=\(\).*microphone=\(\).*geolocation=\(self\)/),
  'referrer-policy': 'strict-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
const NAMES = [...Object.keys(ALWAYS), 'content-security-policy', 'strict-transport-security'];

const PAGES = ['/', '/shop', '/partner/earnings', '/t/AbC-123_x', '/theme.js', '/index.html', '/missing.js', '/.env'];
const DATA = [
  '/api/products',
  '/api/orders',
  '/api/nothing',
  '/api/products/%',
  '/api/docs-json',
  '/API/Products',
  '/socket.io/?EIO=4&transport=polling',
];
const DOCS = ['/api/docs', '/api/docs/', '/api/docs/swagger-ui.css', '/API/docs'];

const directives = (answer: RawAnswer): Record<string, string> =>
  Object.fromEntries(
    String(answer.headers['content-security-policy'])
      .split(';')
      .map((one) => one.trim().split(/ (.*)/))
      .map(([name, value = '']) => [name!, value]),
  );

let server: TestServer;
let nginx: Nginx | undefined;
let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qc-files-'));
  server = await TestServer.start({ DATA_DIR: folder, TRUST_PROXY: '1', CORS_ORIGIN: 'https://shop.example' });
  serveWebApp(server.app, WEB);
  if (!NO_NGINX) nginx = await Nginx.before([server.url], { REAL_IP_FROM: '127.0.0.0/8' });
  const { id } = await server.product();
  file = (await sendPicture(await server.admin(), id, { bytes: await picture().png().toBuffer() })).body.imageUrl!;
});
afterAll(async () => {
  await nginx?.[Symbol.asyncDispose]();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const alone = (path: string, headers = {}): Promise<RawAnswer> =>
  raw(Number(new URL(server.url).port), { path, headers });
const said = ({ headers }: RawAnswer): Record<string, unknown> =>
  Object.fromEntries(NAMES.map((name) => [name, headers[name]]));

describe('every answer', () => {
  it.each([...PAGES, ...DATA, ...DOCS, '/ngsw-worker.js'])('to %s tells browsers what to refuse', async (path) => {
    const answer = await alone(path);
    expect(answer.headers).toMatchObject(ALWAYS);
    expect(directives(answer)).toMatchObject({ 'default-src': "'none'", 'frame-ancestors': "'none'" });
    expect(answer.headers).not.toHaveProperty('strict-transport-security');
  });

  it.each(PAGES)('to %s lets no text become a script, and nothing inline be one', async (path) => {
    const policy = directives(await alone(path));
    expect(policy).toMatchObject({
      'script-src': "'self'",
      'connect-src': "'self'",
      'object-src': "'none'",
      'base-uri': "'self'",
      'form-action': "'self'",
      'require-trusted-types-for': "'script'",
      'trusted-types': 'angular quickcommerce',
    });
    expect(JSON.stringify(policy)).not.toMatch(/unsafe|\*|http:|ws:/);
  });

  it.each(DATA)('to %s, being no page, may nothing at all', async (path) => {
    expect(directives(await alone(path))).toEqual({
      'default-src': "'none'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
    });
  });

  it.each(DOCS)('to %s is loosened for styles alone', async (path) => {
    expect(directives(await alone(path))).toMatchObject({
      'script-src': "'self'",
      'style-src': "'self' 'unsafe-inline'",
    });
  });

  it('lets the service worker fetch pictures of other sites, and the pages ask nobody but this one', async () => {
    expect(directives(await alone('/ngsw-worker.js'))['connect-src']).toBe("'self' https:");
  });

  it('over TLS, by the word of the proxy that is trusted, says that it is never to be asked otherwise', async () => {
    for (const path of ['/', '/api/products', '/api/nothing', '/api/docs', '/theme.js']) {
      const answer = await alone(path, { 'X-Forwarded-Proto': 'https' });
      expect(answer.headers['strict-transport-security']).toBe('max-age=63072000; includeSubDomains');
      expect(directives(answer)).toHaveProperty('upgrade-insecure-requests');
      expect(directives(await alone(path))).not.toHaveProperty('upgrade-insecure-requests');
    }
  });

  it.each([
    ['https://shop.example', 'https://shop.example'],
    ['https://evil.example', undefined],
    ['https://shop.example.evil.example', undefined],
    ['http://shop.example', undefined],
    ['null', undefined],
  ])('may be read by a page of %s: %s', async (Origin, allowed) => {
    const { headers } = await alone('/api/products', { Origin });
    expect(headers['access-control-allow-origin']).toBe(allowed);
  });
});

(NO_NGINX ? describe.skip : describe)('the proxy and the API alone', () => {
  // what the proxy takes for a page of the app, or for nothing that can be read, it answers as such
  const OTHERWISE = ['/API/Products', '/API/docs', '/api/products/%'];
  const SAME = [...PAGES, ...DATA, ...DOCS, '/ngsw-worker.js', '/api/files/x'];

  it.each(SAME.filter((path) => !OTHERWISE.includes(path)))('say the same of %s, and once', async (path) => {
    // Socket.IO does not know of TLS by itself
    for (const proto of path.startsWith('/socket.io') ? ['http'] : ['http', 'https']) {
      const headers = { 'X-Forwarded-Proto': proto };
      const through = await raw(nginx!.port, { path, headers });
      expect([proto, said(through)]).toEqual([proto, said(await alone(path, headers))]);
      for (const name of NAMES) expect(through.lines.filter((line) => line === name).length).toBeLessThanOrEqual(1);
    }
  });

  it('say the same of a stored file', async () => {
    expect(said(await raw(nginx!.port, { path: file }))).toEqual(said(await alone(file)));
  });

  it.each([
    ['what is not for visitors', { path: '/api/metrics' }, 404],
    ['what is too large', { method: 'POST', path: '/api/orders', body: 'x'.repeat(200_000) }, 413],
    ['its own health', { path: '/healthz' }, 200],
  ])('are not told apart by what the proxy says by itself: %s', async (_what, request, status) => {
    const answer = await raw(nginx!.port, request);
    expect([answer.status, answer.headers]).toEqual([status, expect.objectContaining(ALWAYS)]);
    expect(directives(answer)).toMatchObject({ 'default-src': "'none'", 'frame-ancestors': "'none'" });
  });

  it('tell it also of a request that nobody can read', async () => {
    const socket = connect(nginx!.port, '127.0.0.1');
    socket.end('GET / HTTP/1.1\r\nno header\r\n\r\n');
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    expect(String(Buffer.concat(chunks))).toMatch(/^HTTP\/1\.1 400 [\s\S]*Content-Security-Policy: default-src 'none'/);
  });

  it('tell it also whoever asks for another site, or without TLS', async () => {
    const certificates = await mkdtemp(join(tmpdir(), 'qc-certificates-'));
    issueCertificate(certificates, 'shop.test');
    await using named = await Nginx.before(['http://127.0.0.1:9'], {
      SERVER_NAME: 'shop.test',
      CERTIFICATES: certificates,
    });
    for (const [Host, status] of [
      ['evil.test', 421],
      ['shop.test', 308],
    ] as const) {
      const answer = await raw(named.port, { path: '/orders', headers: { Host } });
      expect([answer.status, answer.headers]).toEqual([status, expect.objectContaining(ALWAYS)]);
      expect(answer.headers).not.toHaveProperty('strict-transport-security');
    }
    await rm(certificates, { recursive: true, force: true });
  });
});
