import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Nginx, NO_BROTLI } from '../support/nginx';
import { type RawAnswer, raw } from '../support/raw';

const ROOT = join(import.meta.dirname, '../../..');
const YEAR = 'public, max-age=31536000, immutable';

if (NO_BROTLI) console.warn(`the web app as files is not tested: ${NO_BROTLI}`);
const describeFiles = NO_BROTLI ? describe.skip : describe;

/** As the image does it at its build. */
function precompress(folder: string): void {
  execFileSync(process.execPath, [join(ROOT, 'nginx/precompress.mjs'), folder]);
}

async function hashes(folder: string): Promise<Map<string, string>> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
  const entries = files.map(async (file) => {
    const path = join(file.parentPath, file.name);
    return [
      path,
      createHash('sha256')
        .update(await readFile(path))
        .digest('hex'),
    ] as const;
  });
  return new Map((await Promise.all(entries)).toSorted());
}

describeFiles('the web app as files', () => {
  let folder: string;
  let nginx: Nginx;
  let script: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qc-web-'));
    // the workers are nobody
    await chmod(folder, 0o755);
    await cp(join(ROOT, 'dist/web/browser'), folder, { recursive: true });
    precompress(folder);
    nginx = await Nginx.before(['http://127.0.0.1:9'], { WEB_ROOT: folder });
    script = `/${/src="(main-[\w-]{8}\.js)"/.exec(await readFile(join(folder, 'index.html'), 'utf8'))![1]}`;
  }, 60_000);
  afterAll(async () => {
    await nginx?.[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  const get = (path: string, encoding = 'identity'): Promise<RawAnswer> =>
    raw(nginx.port, { path, headers: { 'Accept-Encoding': encoding } });

  it('are compressed once, and the same bytes whoever builds them', async () => {
    const before = await hashes(folder);
    precompress(folder);
    expect(await hashes(folder)).toEqual(before);
  });

  it.each([
    ['br, gzip', 'br', brotliDecompressSync],
    ['gzip', 'gzip', gunzipSync],
    ['identity', undefined, (bytes: Buffer) => bytes],
  ] as const)('go to a browser that takes %s as %s, with the same content', async (accepts, encoding, decode) => {
    const answer = await get(script, accepts);
    expect(answer.headers['content-encoding']).toBe(encoding);
    expect(answer.headers.vary).toBe('Accept-Encoding');
    expect(decode(answer.bytes).equals(await readFile(join(folder, script)))).toBe(true);
  });

  it('are kept for a year where the name changes with the content, every one of them', async () => {
    const hashed = (await readdir(folder, { recursive: true })).filter((name) =>
      /-[\w-]{8}\.(js|css|woff2)$/.test(name),
    );
    expect(hashed.length).toBeGreaterThan(50);
    for (const name of hashed) expect([name, (await get(`/${name}`)).headers['cache-control']]).toEqual([name, YEAR]);
  });

  it.each(['/', '/index.html', '/ngsw-worker.js', '/ngsw.json', '/manifest.webmanifest', '/theme.js', '/favicon.svg'])(
    'are asked for again each time where it does not: %s',
    async (path) => {
      const answer = await get(path);
      expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-cache']);
      const again = await raw(nginx.port, { path, headers: { 'If-None-Match': answer.headers.etag } });
      expect(again.status).toBe(304);
    },
  );

  it.each(['/', '/shop', '/orders/6561c0ffee6561c0ffee6561', '/t/AbC-123_x', '/admin/orders?status=ready'])(
    'answer the deep link %s with the app',
    async (path) => {
      const page = await get(path);
      expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html']);
      expect(page.text).toContain('<qc-root>');
    },
  );

  it.each(['/chunk-ABCDEFGH.js', '/images/none.svg', '/.env', '/.git/config'])(
    'say of %s that it is not there, and let nobody keep that',
    async (path) => {
      const { status, headers } = await get(path);
      expect([status, headers['cache-control']]).toEqual([404, undefined]);
    },
  );

  it.each([
    ['/theme.js', /^application\/javascript/],
    ['/manifest.webmanifest', /^application\/manifest\+json/],
    ['/favicon.svg', /^image\/svg\+xml/],
  ])('say what %s is', async (path, type) => {
    expect((await get(path)).headers['content-type']).toMatch(type);
  });
});
