import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Order, ProblemBody } from '@qc/contracts';
import { addressKey, clientAddress } from '../src/platform/limits/client-address';
import { Redis } from '../src/platform/redis/redis';
import { type Answer, Client } from './support/client';
import { RedisServer } from './support/redis-server';
import { TestServer } from './support/test-server';

/** Few enough to be used up, and more than the tests need to get ready. */
const FEW = {
  RATE_LIMIT_ENABLED: 'true',
  RATE_LIMIT_ACCOUNT: '12',
  RATE_LIMIT_ADDRESS: '100',
  RATE_LIMIT_SIGN_IN: '6',
  RATE_LIMIT_REGISTRATION: '50',
  RATE_LIMIT_ORDERS: '4',
  RATE_LIMIT_POSITIONS: '3',
  RATE_LIMIT_KEYS: '5',
  TRUST_PROXY: '1',
};

/** As a proxy in front says it. */
const from = (address: string) => ({ 'X-Forwarded-For': address });

const remaining = ({ headers }: Answer<unknown>): number => Number(headers.get('ratelimit-remaining'));

async function until429(
  send: () => Promise<Answer<unknown>>,
  most = 200,
): Promise<[taken: number, refused: Answer<ProblemBody>]> {
  for (let taken = 0; taken < most; taken += 1) {
    const answer = await send();
    if (answer.status === 429) return [taken, answer as Answer<ProblemBody>];
  }
  throw new Error(`${most} were taken`);
}

describe('rate limits', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start(FEW);
  });
  afterAll(() => server.stop());

  it('takes as many requests of an account as allowed, says so before, and refuses the next one', async () => {
    const customer = await server.customer();
    const first = await customer.get('/auth/me');
    expect([first.status, remaining(first)]).toEqual([200, 11]);
    expect(first.headers.get('ratelimit-policy')).toBe('"account";q=12;w=60');
    expect(first.headers.get('ratelimit')).toMatch(/^"account";r=11;t=(60|59)$/);
    expect(first.headers.get('ratelimit-limit')).toBe('12');
    const [taken, refused] = await until429(() => customer.get('/auth/me'));
    expect(taken).toBe(11);
    expect([refused.body.code, refused.body.status, remaining(refused)]).toEqual(['RATE_LIMITED', 429, 0]);
    expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const wait = Number(refused.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect(refused.headers.get('ratelimit-reset')).toBe(String(wait));
  });

  it('counts an account wherever it comes from, and nobody else from there', async () => {
    const [one, other] = [await server.customer(), await server.customer()];
    let n = 0;
    const [taken] = await until429(() => one.get('/auth/me', from(`10.1.0.${(n += 1)}`)));
    expect(taken).toBe(12);
    expect((await other.get('/auth/me', from('10.1.0.1'))).status).toBe(200);
  });

  it('counts who has no account, and who shows a bad token, by the address', async () => {
    const [taken, refused] = await until429(() => server.anonymous().get('/stores', from('10.2.0.1')));
    expect([taken, refused.headers.get('ratelimit-policy')]).toEqual([100, '"address";q=100;w=60']);
    const forger = server.anonymous();
    forger.token = 'made.up.token';
    expect((await forger.get('/auth/me', from('10.2.0.1'))).status).toBe(429);
    expect((await forger.get('/auth/me', from('10.2.0.2'))).status).toBe(401);
    expect((await server.anonymous().get('/stores', from('10.2.0.2'))).status).toBe(200);
  });

  it('takes all of an IPv6 network of one customer for one', async () => {
    let n = 0;
    const [taken] = await until429(() =>
      server.anonymous().get('/stores', from(`2001:db8:1:2::${(n += 1).toString(16)}`)),
    );
    expect(taken).toBe(100);
    expect((await server.anonymous().get('/stores', from('2001:db8:1:3::1'))).status).toBe(200);
  });

  it('is tighter on sign-in, whatever account is tried', async () => {
    let n = 0;
    const guess = () =>
      server.anonymous().post('/auth/login', { email: `v${(n += 1)}@x.test`, password: 'guess' }, from('10.3.0.1'));
    const [taken, refused] = await until429(guess);
    expect(taken).toBe(6);
    expect(refused.headers.get('ratelimit-policy')).toBe('"address";q=100;w=60, "sign-in";q=6;w=60');
    expect(refused.headers.get('ratelimit')).toMatch(/^"address";r=93;t=\d+, "sign-in";r=0;t=\d+$/);
    expect((await server.anonymous().get('/stores', from('10.3.0.1'))).status).toBe(200);
  });

  it('counts a repeated order as the order that it repeats, and is tighter on orders than on the rest', async () => {
    const customer = await server.customer();
    const { id } = await server.product();
    const place = () => customer.placeOrder([{ productId: id, quantity: 1 }], {}, { 'Idempotency-Key': 'one' });
    const [taken, refused] = await until429(place);
    expect(taken).toBe(4);
    expect(refused.headers.get('ratelimit-policy')).toContain('"orders";q=4;w=60');
    expect((await customer.get<{ items: Order[] }>('/orders')).body.items).toHaveLength(1);
  });

  it('bounds the keys that are kept for one account in a day', async () => {
    const partner = await server.partner({ available: false });
    let n = 0;
    const [taken, refused] = await until429(() =>
      partner.post(`/orders/${'0'.repeat(24)}/accept`, undefined, { 'Idempotency-Key': `k${(n += 1)}` }),
    );
    expect(taken).toBe(5);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(80_000);
    expect((await partner.get('/auth/me', { 'Idempotency-Key': 'a read has none' })).status).toBe(200);
  });

  it('bounds the batches of positions', async () => {
    const partner = await server.partner();
    const points = [{ lat: 12.9, lng: 77.6, at: new Date().toISOString() }];
    const [taken] = await until429(() => partner.post('/delivery/location', { points }));
    expect(taken).toBe(3);
  });

  it('never counts who watches over the product', async () => {
    for (const path of ['/health/live', '/health/ready', '/metrics']) {
      const response = await fetch(`${server.url}/api${path}`);
      await response.text();
      expect([path, response.status, response.headers.get('ratelimit')]).toEqual([path, 200, null]);
    }
  });
});

describe('whose address it is', () => {
  /** Each time to another account, for one that is guessed at is slowed by itself. */
  const loginFrom = ({ url }: TestServer, n: number, claim: string) =>
    new Client(url).post('/auth/login', { email: `v${n}@x.test`, password: 'guess' }, from(claim));

  it.each<[string, string, (n: number) => string]>([
    ['the peer itself, without a proxy: what it claims changes nothing', '0', (n) => `10.9.0.${n}`],
    ['what the proxy saw: what a stranger had claimed before it changes nothing', '1', (n) => `10.9.0.${n}, 192.0.2.7`],
    ['what the outer one of two proxies saw', '2', (n) => `10.9.0.${n}, 192.0.2.7, 10.0.0.1`],
  ])('is %s', async (_what, hops, claim) => {
    const server = await TestServer.start({ ...FEW, TRUST_PROXY: hops });
    let n = 0;
    const tried = until429(() => loginFrom(server, (n += 1), claim(n)), 50);
    const [taken] = await tried.finally(() => server.stop());
    expect(taken).toBe(6);
  });

  it('is for a socket what it is for a request', () => {
    const asked = (claims?: string | string[]) =>
      ({ socket: { remoteAddress: '10.0.0.9' }, headers: { 'x-forwarded-for': claims } }) as never;
    const by = (hops: number, claims?: string) => clientAddress(asked(claims), hops);
    expect([by(0), by(1), by(0, '1.1.1.1, 2.2.2.2')]).toEqual(['10.0.0.9', '10.0.0.9', '10.0.0.9']);
    expect([by(1, '1.1.1.1, 2.2.2.2'), by(2, '1.1.1.1,2.2.2.2')]).toEqual(['2.2.2.2', '1.1.1.1']);
    // one proxy fewer than was said: the outermost that is known
    expect(by(3, '1.1.1.1')).toBe('1.1.1.1');
  });

  it('is counted as one customer of a provider', () => {
    expect(['192.0.2.7', '::ffff:192.0.2.7', '2001:DB8:1:2:3::9', '::1', undefined].map(addressKey)).toEqual([
      '192.0.2.7',
      '192.0.2.7',
      '2001:db8:1:2::/64',
      '::1',
      'unknown',
    ]);
  });
});

describe('two processes', () => {
  let redis: RedisServer;
  let here: TestServer;
  let there: TestServer;
  beforeAll(async () => {
    redis = await RedisServer.start();
    here = await TestServer.start({ ...FEW, REDIS_URL: redis.url });
    there = await here.beside({ ...FEW, REDIS_URL: redis.url });
    await Promise.all([here, there].map(ready));
  }, 120_000);
  afterAll(async () => {
    await there.app.close();
    await here.stop();
    await redis.kill();
  });

  async function ready({ app }: TestServer): Promise<void> {
    const { publisher } = app.get(Redis);
    if (publisher!.status !== 'ready') await once(publisher!, 'ready');
  }

  it('on one Redis share the count', async () => {
    const customer = await here.customer();
    const elsewhere = new Client(there.url);
    elsewhere.token = customer.token!;
    for (let n = 0; n < 6; n += 1) expect((await customer.get('/auth/me')).status).toBe(200);
    const [taken] = await until429(() => elsewhere.get('/auth/me'));
    expect(taken).toBe(6);
    expect((await customer.get('/auth/me')).status).toBe(429);
  });

  it('answer also while Redis is silent', async () => {
    const customer = await here.customer();
    redis.freeze();
    const answers = await Promise.all([customer.get('/auth/me'), customer.get('/orders')]).finally(() => redis.thaw());
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(answers.map(remaining).sort()).toEqual([10, 11]);
  });

  it('go on without Redis, each with a count of its own, and no request fails for it', async () => {
    const customer = await here.customer();
    const first = await customer.get('/auth/me');
    await redis.kill();
    const [taken, refused] = await until429(() => customer.get('/auth/me'));
    expect([first.status, refused.status]).toEqual([200, 429]);
    expect(taken).toBeGreaterThanOrEqual(11);
    expect(taken).toBeLessThanOrEqual(12);
    await redis.resume();
    await Promise.all([here, there].map(ready));
    expect((await (await here.customer()).get('/auth/me')).status).toBe(200);
  });
});
