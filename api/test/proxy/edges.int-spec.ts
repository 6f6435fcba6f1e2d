import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { issueCertificate } from '../support/certificate';
import { Nginx, NO_NGINX, NO_WAF } from '../support/nginx';
import { raw } from '../support/raw';
import { Upstream } from '../support/upstream';

if (NO_NGINX) console.warn(`names, certificates and limits are not tested: ${NO_NGINX}`);
const describeProxy = NO_NGINX ? describe.skip : describe;

let certificates: string;
beforeAll(async () => {
  certificates = await mkdtemp(join(tmpdir(), 'qc-certificates-'));
  issueCertificate(certificates, 'shop.test');
});
afterAll(() => rm(certificates, { recursive: true, force: true }));

describeProxy('the configuration', () => {
  it.each([
    ['the least', {}],
    ['names', { SERVER_NAME: 'shop.test www.shop.test' }],
    ['proxies in front', { REAL_IP_FROM: '10.0.0.0/16 2600:9000::/28' }],
    ['one replica', { UPSTREAMS: '127.0.0.1:5000' }],
    ['certificates', { TLS: 'yes' }],
    ['certificates and names', { TLS: 'yes', SERVER_NAME: 'shop.test' }],
  ])('is one that nginx takes, without a warning: %s', async (_what, { TLS, ...more }: Record<string, string>) => {
    const said = await Nginx.check({ ...more, ...(TLS && { CERTIFICATES: certificates }) });
    expect(said).toContain('test is successful');
    expect(said).not.toMatch(/warn|emerg/);
  });

  (NO_WAF ? it.skip : it)('is one that nginx takes: everything at once', async () => {
    const all = { CERTIFICATES: certificates, SERVER_NAME: 'shop.test', REAL_IP_FROM: '10.0.0.0/16', WAF: 'on' };
    expect(await Nginx.check(all)).toContain('test is successful');
  });
});

describeProxy('a site with a name', () => {
  let api: Upstream;
  let nginx: Nginx;
  beforeAll(async () => {
    api = await Upstream.listening();
    nginx = await Nginx.before([api.url], { SERVER_NAME: 'shop.test' });
  });
  afterAll(async () => {
    await nginx?.[Symbol.asyncDispose]();
    await api?.[Symbol.asyncDispose]();
  });

  it.each(['shop.test', 'SHOP.test:8080'])('answers as %s', async (Host) => {
    expect((await raw(nginx.port, { path: '/api/products', headers: { Host } })).status).toBe(200);
  });

  it.each(['evil.test', '127.0.0.1', 'shop.test.evil.test'])('does not answer as %s', async (Host) => {
    const before = api.heard.length;
    for (const path of ['/', '/api/products', '/socket.io/'])
      expect((await raw(nginx.port, { path, headers: { Host } })).status).toBe(421);
    expect(api.heard.length).toBe(before);
  });

  it('tells whoever knows only its address that it runs: the container and the load balancer ask so', async () => {
    expect(await raw(nginx.port, { path: '/healthz' })).toMatchObject({ status: 200, text: 'ok\n' });
  });
});

/** The certificate's name and the protocol, or why there is no connection. */
async function handshake(port: number, options: ConnectionOptions = {}): Promise<[string, string | null] | string> {
  const socket = connectTls({
    port,
    host: '127.0.0.1',
    servername: 'shop.test',
    rejectUnauthorized: false,
    ...options,
  });
  const outcome = await new Promise<[string, string | null] | string>((resolve) => {
    socket.once('secureConnect', () => resolve([commonName(socket), socket.getProtocol()]));
    socket.once('error', (error) => resolve((error as NodeJS.ErrnoException).code ?? error.message));
  });
  socket.destroy();
  return outcome;
}

const commonName = (socket: TLSSocket): string => String(socket.getPeerCertificate().subject.CN);

describeProxy('a site with certificates', () => {
  let nginx: Nginx;
  beforeAll(async () => {
    nginx = await Nginx.before(['http://127.0.0.1:9'], { SERVER_NAME: 'shop.test', CERTIFICATES: certificates });
  });
  afterAll(() => nginx?.[Symbol.asyncDispose]());

  it.each([
    ['TLSv1.2', ['shop.test', 'TLSv1.2']],
    ['TLSv1.3', ['shop.test', 'TLSv1.3']],
  ] as const)('speaks %s', async (version, expected) => {
    expect(await handshake(nginx.securePort, { minVersion: version, maxVersion: version })).toEqual(expected);
  });

  it('refuses TLS 1.1 by itself, not because this client does', async () => {
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    expect(await handshake(nginx.securePort, old)).toMatch(/ALERT_PROTOCOL_VERSION/);
  });

  it('refuses a cipher without forward secrecy', async () => {
    const weak = { maxVersion: 'TLSv1.2', ciphers: 'AES128-GCM-SHA256' } as const;
    expect(await handshake(nginx.securePort, weak)).toMatch(/HANDSHAKE_FAILURE/);
  });

  it('speaks HTTP/2, and asks browsers never to come without TLS', async () => {
    const session = connectHttp2(`https://127.0.0.1:${nginx.securePort}`, {
      servername: 'shop.test',
      rejectUnauthorized: false,
    });
    const headers = async (authority: string): Promise<Record<string, unknown>> => {
      const stream = session.request({ ':path': '/', ':authority': authority });
      return new Promise((resolve) => stream.once('response', resolve));
    };
    const page = await headers('shop.test');
    expect(page[':status']).toBe(200);
    expect(page['strict-transport-security']).toMatch(/^max-age=63072000/);
    expect((await headers('evil.test'))[':status']).toBe(421);
    session.close();
  });

  it('sends plain visitors to the same page over TLS, and its checker nowhere', async () => {
    const plain = await raw(nginx.port, { path: '/orders?page=2', headers: { Host: 'shop.test' } });
    expect(plain.status).toBe(308);
    expect(plain.headers.location).toBe(`https://shop.test:${nginx.securePort}/orders?page=2`);
    expect((await raw(nginx.port, { path: '/healthz' })).status).toBe(200);
  });

  it('shows a renewed certificate after a reload, without a restart', async () => {
    issueCertificate(certificates, 'renewed.shop.test');
    expect(await handshake(nginx.securePort)).toEqual(['shop.test', 'TLSv1.3']);
    await nginx.reload();
    expect(await handshake(nginx.securePort)).toEqual(['renewed.shop.test', 'TLSv1.3']);
  });
});

describeProxy('somebody who takes too much', () => {
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

  it.each([
    ['login', 20],
    ['refresh', 60],
  ])('is slowed at %s, however the path is written', async (route, burst) => {
    await using fresh = await Nginx.before([api.url]);
    const ways = [
      route,
      `${route}/`,
      route.toUpperCase(),
      `/${route}`,
      `%${route.charCodeAt(0).toString(16)}${route.slice(1)}`,
    ];
    const answers = [];
    for (let sent = 0; sent < burst + 10; sent++) {
      const path = `/api/auth/${ways[sent % ways.length]}`;
      answers.push(await raw(fresh.port, { method: 'POST', path, body: '{}' }));
    }
    const slowed = answers.filter(({ status }) => status === 429);
    // the first and its burst go through, and the few for which time has passed meanwhile
    expect(slowed.length).toBeGreaterThanOrEqual(5);
    expect(slowed[0]!.headers).toMatchObject({ 'content-type': 'application/problem+json', 'retry-after': '2' });
    expect(JSON.parse(slowed[0]!.text)).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    // the rest of the app goes on for the same address
    expect((await raw(fresh.port, { path: '/api/orders' })).status).toBe(200);
  });

  it.each([
    ['/api/orders', 128 * 1024 + 1],
    ['/socket.io/?EIO=4&transport=polling', 128 * 1024 + 1],
  ])('with a body for %s is told so before it reaches the API', async (path, bytes) => {
    const before = api.heard.length;
    const answer = await raw(nginx.port, { method: 'POST', path, body: 'x'.repeat(bytes) });
    expect([answer.status, answer.headers['content-type']]).toEqual([413, 'application/problem+json']);
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'PAYLOAD_TOO_LARGE', status: 413 });
    expect(api.heard.length).toBe(before);
  });

  it('by saying nothing is let go after 10 s, and the API never heard of it', async () => {
    const before = api.heard.length;
    const began = Date.now();
    const closed = async (words: string): Promise<number> => {
      const socket = connect(nginx.port, '127.0.0.1');
      socket.write(words);
      await new Promise((resolve) => socket.once('close', resolve).resume());
      return Date.now() - began;
    };
    const head = 'POST /api/orders HTTP/1.1\r\nHost: shop\r\n';
    const lasted = await Promise.all([closed(head), closed(`${head}Content-Length: 10\r\n\r\nab`)]);
    for (const time of lasted) {
      expect(time).toBeGreaterThan(9000);
      expect(time).toBeLessThan(12_000);
    }
    expect(api.heard.length).toBe(before);
  });

  it.each([
    ['two lengths', 'Content-Length: 3\r\nContent-Length: 30'],
    ['a length and chunks', 'Content-Length: 3\r\nTransfer-Encoding: chunked'],
  ])('by smuggling with %s gets no second request through', async (_what, headers) => {
    const before = api.heard.length;
    const socket = connect(nginx.port, '127.0.0.1');
    socket.write(
      `POST /api/orders HTTP/1.1\r\nHost: shop\r\n${headers}\r\n\r\n0\r\n\r\nGET /api/smuggled HTTP/1.1\r\nHost: shop\r\n\r\n`,
    );
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    expect(text).toMatch(/^HTTP\/1.1 400 /);
    expect(api.heard.slice(before).map(({ url }) => url)).toEqual([]);
  });
});
