import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Order, Product } from '@qc/contracts';
import { io, type Socket } from 'socket.io-client';
import { Client } from '../support/client';
import { ask } from '../support/live';
import { Nginx, NO_NGINX } from '../support/nginx';
import { RedisServer } from '../support/redis-server';
import { Victim } from '../support/victim';

if (NO_NGINX) console.warn(`reconnecting phones are not tried: ${NO_NGINX}`);

const PHONES = 1000;
/** Milliseconds from the reload until the last phone is back, and that the slowest sign-in takes meanwhile. */
const BACK = 30_000;
const SIGN_IN = 2000;
/** As many times the sign-in of a quiet moment, where a busy machine makes even that one slow. */
const SIGN_IN_RATIO = 40;
/** Milliseconds that Redis stays away, and that an event may take then: two looks at the database, and a moment. */
const AWAY = 60_000;
const LATE = 1500;
const ACCOUNT = { email: 'customer@demo.test', password: 'Demo-pass-123' };

(NO_NGINX ? describe.skip : describe)('two processes behind the proxy, with many phones', () => {
  let redis: RedisServer;
  let replicas: [Victim, Victim];
  let nginx: Nginx;
  beforeAll(async () => {
    redis = await RedisServer.start();
    const more = { REDIS_URL: redis.url, TRUST_PROXY: '1', BCRYPT_ROUNDS: '10' };
    const first = await Victim.prepare({ more });
    replicas = [first, await first.twin()];
    await Promise.all(replicas.map((one) => one.start()));
    // the phones have an address each, as they have in a city
    nginx = await Nginx.before(
      replicas.map(({ url }) => url),
      { REAL_IP_FROM: '127.0.0.0/8' },
    );
  }, 120_000);
  afterAll(async () => {
    await nginx?.[Symbol.asyncDispose]();
    for (const one of replicas?.toReversed() ?? []) await one.end();
    await redis?.kill();
  }, 60_000);

  it('come back by themselves when the proxy is reloaded, while people sign in', async () => {
    const customer = await new Client(nginx.url).signIn(ACCOUNT.email, ACCOUNT.password);
    const sockets = await phones(nginx.url, customer.token!);
    const quiet: number[] = [];
    while (quiet.length < 5) quiet.push(await signInTime(nginx.url));
    const usual = quiet.toSorted((a, b) => a - b)[2]!;
    const gone = new Set<Socket>();
    const began = performance.now();
    const back = Promise.all(
      sockets.map(
        (socket) =>
          new Promise<number>((resolve) => {
            socket.once('disconnect', () => gone.add(socket));
            socket.on('connect', () => resolve(performance.now() - began));
          }),
      ),
    );
    await nginx.reload();
    const signIns: number[] = [];
    let over = false;
    const signingIn = (async () => {
      while (!over) {
        signIns.push(await signInTime(nginx.url));
      }
    })();
    const times = await back;
    over = true;
    await signingIn;
    const slowest = Math.max(...signIns);
    console.log(
      `${PHONES} phones: the last one is back ${(Math.max(...times) / 1000).toFixed(1)} s after the reload; slowest of ${signIns.length} sign-ins ${slowest.toFixed(0)} ms, ${usual.toFixed(0)} ms in a quiet moment`,
    );
    expect(gone.size).toBe(PHONES);
    expect(Math.max(...times)).toBeLessThan(BACK);
    expect(slowest).toBeLessThan(Math.max(SIGN_IN, SIGN_IN_RATIO * usual));
    for (const socket of sockets) socket.disconnect();
  });

  it('notice nothing of Redis being away for a minute, but events that take a second', async () => {
    const admin = await new Client(nginx.url).signIn('admin@demo.test', ACCOUNT.password);
    const tea = { name: 'Tea', category: 'Tests', price: 1000, stock: 100_000 };
    const { id: productId } = (await admin.post<Product>('/products', tea)).body;
    const [here, there] = await Promise.all(
      replicas.map(({ url }) => new Client(url).signIn(ACCOUNT.email, ACCOUNT.password)),
    );
    const socket = await there!.connect();
    const told = new Map<string, number>();
    socket.on('orderUpdated', ({ orderId, type }) => type === 'cancelled' && told.set(orderId, performance.now()));
    await redis.kill();
    const refused: number[] = [];
    const delays: number[] = [];
    const end = Date.now() + AWAY;
    while (Date.now() < end) {
      const placed = await here!.placeOrder([{ productId, quantity: 1 }]);
      await ask(socket, 'joinOrder', { orderId: placed.body.id });
      const answer = await here!.post<Order>(`/orders/${placed.body.id}/cancel`);
      const done = performance.now();
      refused.push(...[placed, answer].map(({ status }) => status).filter((status) => status >= 300));
      while (!told.has(placed.body.id)) await pause(5);
      delays.push(told.get(placed.body.id)! - done);
    }
    const readiness = await fetch(`${replicas[1].url}/api/health/ready`);
    expect([readiness.status, await readiness.json()]).toEqual([200, { status: 'ok', redis: 'degraded' }]);
    const sorted = delays.toSorted((a, b) => a - b);
    const at = (share: number): string => `${sorted[Math.floor(sorted.length * share)]!.toFixed(0)} ms`;
    console.log(
      `Redis away for ${AWAY / 1000} s: ${delays.length} orders, none refused; an event takes ${at(0.5)} (p50), ${at(0.99)} (p99)`,
    );
    expect(refused).toEqual([]);
    expect(sorted.at(-1)).toBeLessThan(LATE);
    await redis.resume();
    here!.disconnect();
    there!.disconnect();
  });
});

/** Milliseconds that a sign-in takes; followed by the pause that the proxy wants of one address. */
async function signInTime(url: string): Promise<number> {
  const asked = performance.now();
  await new Client(url).signIn(ACCOUNT.email, ACCOUNT.password);
  const taken = performance.now() - asked;
  await pause(500);
  return taken;
}

/** Phones that are connected, each from an address of its own, and that come back as the app does. */
async function phones(url: string, token: string): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < PHONES) {
    // as many at a time as a shop's phones wake up in a moment
    const some = Array.from({ length: 50 }, (_, n) => phone(url, token, sockets.length + n));
    await Promise.all(some.map((socket) => new Promise<void>((resolve) => socket.once('connect', resolve))));
    sockets.push(...some);
  }
  return sockets;
}

function phone(url: string, token: string, n: number): Socket {
  const address = `10.1.${Math.floor(n / 250)}.${(n % 250) + 1}`;
  const extraHeaders = { 'X-Forwarded-For': address };
  const pauses = { reconnectionDelay: 300, reconnectionDelayMax: 5000 };
  return io(url, { auth: { token }, transports: ['websocket'], forceNew: true, extraHeaders, ...pauses });
}
