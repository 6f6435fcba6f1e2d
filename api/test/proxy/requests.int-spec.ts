import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Nginx, NO_NGINX } from '../support/nginx';
import { raw } from '../support/raw';
import { json, Upstream } from '../support/upstream';

if (NO_NGINX) console.warn(`what the proxy sends on is not tested: ${NO_NGINX}`);
const describeProxy = NO_NGINX ? describe.skip : describe;

describeProxy('what the API is told of a request', () => {
  let api: Upstream;
  let nginx: Nginx;
  beforeAll(async () => {
    api = await Upstream.listening();
    nginx = await Nginx.before([api.url]);
  });
  afterAll(async () => {
    await nginx?.[Symbol.asyncDispose]();
    await api?.[Symbol.asyncDispose]();
  });

  it('is the address that was seen, and nothing that a stranger says of himself', async () => {
    await raw(nginx.port, {
      path: '/api/products',
      headers: {
        'X-Forwarded-For': '8.8.8.8, 127.0.0.1',
        'X-Forwarded-Proto': 'https',
        'X-Forwarded-Host': 'evil.test',
        'X-Forwarded-Port': '1',
        'X-Real-IP': '8.8.8.8',
        Forwarded: 'for=8.8.8.8',
      },
    });
    expect(api.last.headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' });
    const told = JSON.stringify(api.last.headers);
    expect(told).not.toContain('8.8.8.8');
    expect(told).not.toContain('evil.test');
    expect(api.last.headers).not.toHaveProperty('x-forwarded-port');
  });

  it('is the host with its port: a page on another port than 80 is not a foreign origin', async () => {
    await raw(nginx.port, { path: '/socket.io/?EIO=4', headers: { Host: 'localhost:8080' } });
    expect(api.last.headers.host).toBe('localhost:8080');
  });

  it('is the path as it came, with its encodings', async () => {
    await raw(nginx.port, { path: '/api/products/a%2Fb?q=%20x' });
    expect(api.last.url).toBe('/api/products/a%2Fb?q=%20x');
  });

  it.each([
    ['a harmless id of the client', 'trace-1:a.b_c', 'trace-1:a.b_c'],
    ['an id of its own for none', undefined, expect.stringMatching(/^[0-9a-f]{32}$/)],
    ['an id of its own for a forged one', 'a"}\\n{"forged', expect.stringMatching(/^[0-9a-f]{32}$/)],
    ['an id of its own for a long one', 'a'.repeat(65), expect.stringMatching(/^[0-9a-f]{32}$/)],
  ])('is %s', async (_what, given, expected) => {
    await raw(nginx.port, { path: '/api/products', headers: given ? { 'X-Request-Id': given } : {} });
    expect(api.last.headers['x-request-id']).toEqual(expected);
  });
});

describeProxy('behind a load balancer that is trusted', () => {
  let api: Upstream;
  let nginx: Nginx;
  beforeAll(async () => {
    api = await Upstream.listening();
    nginx = await Nginx.before([api.url], { REAL_IP_FROM: '127.0.0.0/8 10.0.0.0/8' });
  });
  afterAll(async () => {
    await nginx?.[Symbol.asyncDispose]();
    await api?.[Symbol.asyncDispose]();
  });

  it('believes the last address that is not of the trusted networks, not what the visitor put before it', async () => {
    const headers = { 'X-Forwarded-For': '8.8.8.8, 203.0.113.7, 10.1.2.3', 'X-Forwarded-Proto': 'https' };
    const answer = await raw(nginx.port, { path: '/api/products', headers });
    expect(api.last.headers).toMatchObject({ 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' });
    expect(answer.headers['strict-transport-security']).toContain('max-age=63072000');
  });
});

describeProxy('from an address that is not trusted', () => {
  it('believes neither address nor protocol', async () => {
    await using api = await Upstream.listening();
    await using nginx = await Nginx.before([api.url], { REAL_IP_FROM: '10.0.0.0/8' });
    const headers = { 'X-Forwarded-For': '203.0.113.7', 'X-Forwarded-Proto': 'https' };
    const answer = await raw(nginx.port, { path: '/api/products', headers });
    expect(api.last.headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' });
    expect(answer.headers).not.toHaveProperty('strict-transport-security');
  });
});

describeProxy('what is not for visitors', () => {
  let api: Upstream;
  let nginx: Nginx;
  beforeAll(async () => {
    api = await Upstream.listening();
    nginx = await Nginx.before([api.url]);
  });
  afterAll(async () => {
    await nginx?.[Symbol.asyncDispose]();
    await api?.[Symbol.asyncDispose]();
  });

  // the API's router takes upper for lower case and ignores a slash at the end
  it.each([
    '/api/metrics',
    '/api/metrics/',
    '/api/METRICS',
    '/api/Health/Ready',
    '/api/health/live?x=1',
    '/api//metrics',
    '/api/%6detrics',
    '/api/orders/../metrics',
    '/api/orders%2f..%2fmetrics',
  ])('does not reach the API as %s', async (path) => {
    const before = api.heard.length;
    const answer = await raw(nginx.port, { path });
    expect([answer.status, answer.headers['content-type']]).toEqual([404, 'application/problem+json']);
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'NOT_FOUND', status: 404 });
    expect(api.heard.length).toBe(before);
  });

  it('leaves no key of a tracking link in any log, and no query in the access log', async () => {
    const [key, word] = ['TrackingKey0123456789', 'what-somebody-searched'];
    await using dead = await Nginx.before(['http://127.0.0.1:9']);
    const paths = [`/t/${key}`, `/api/track/${key}`, `/api/Track/${key}`, `/api//track/${key}`];
    for (const path of [...paths, `/api/products?q=${word}`]) await raw(dead.port, { path });
    const logged = await dead.log();
    expect(logged.map(({ path, status }) => [path, status])).toEqual([
      ['/t/*', 200],
      ...Array.from({ length: 3 }, () => ['/api/track/*', 503]),
      ['/api/products', 503],
    ]);
    expect(JSON.stringify(logged)).not.toMatch(new RegExp(`${key}|${word}`));
    // the rest of what fails behind it is there, so that its silence above is no accident
    expect(await dead.saying(/connect\(\) failed/)).not.toContain(key);
  });
});

describeProxy('an answer', () => {
  let api: Upstream;
  let nginx: Nginx;
  const helmet = {
    'Content-Security-Policy': "default-src 'none'",
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Strict-Transport-Security': 'max-age=1',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'X-Request-Id': 'of-the-api',
    ETag: '"4"',
  };
  beforeAll(async () => {
    api = await Upstream.listening((_, response) => json(response, { words: 'again '.repeat(500) }, helmet));
    nginx = await Nginx.before([api.url]);
  });
  afterAll(async () => {
    await nginx?.[Symbol.asyncDispose]();
    await api?.[Symbol.asyncDispose]();
  });

  it.each([['/api/products'], ['/'], ['/api/metrics'], ['/missing.js']])(
    'to %s says each thing about security once, and its request id',
    async (path) => {
      const { lines } = await raw(nginx.port, { path });
      const once = ['content-security-policy', 'x-content-type-options', 'referrer-policy', 'x-request-id'];
      for (const name of once) expect([name, lines.filter((line) => line === name).length]).toEqual([name, 1]);
      expect(lines).not.toContain('strict-transport-security');
    },
  );

  it.each([['br'], ['gzip'], ['identity']])(
    'keeps its version, which a change is made conditional on, when it goes as %s',
    async (encoding) => {
      const { headers } = await raw(nginx.port, { path: '/api/products', headers: { 'Accept-Encoding': encoding } });
      expect(headers.etag).toBe('"4"');
    },
  );
});
