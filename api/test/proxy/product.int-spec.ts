import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Product } from '@qc/contracts';
import { Client } from '../support/client';
import { ask } from '../support/live';
import { Nginx, NO_NGINX } from '../support/nginx';
import { RedisServer } from '../support/redis-server';
import { Victim } from '../support/victim';

if (NO_NGINX) console.warn(`the product behind the proxy is not tested: ${NO_NGINX}`);

(NO_NGINX ? describe.skip : describe)('two processes of the product behind the proxy', () => {
  let redis: RedisServer;
  let replicas: Victim[];
  let nginx: Nginx;
  beforeAll(async () => {
    redis = await RedisServer.start();
    const more = { REDIS_URL: redis.url, TRUST_PROXY: '1' };
    const first = await Victim.prepare({ more });
    replicas = [first, await first.twin()];
    await Promise.all(replicas.map((one) => one.start()));
    nginx = await Nginx.before(replicas.map(({ url }) => url));
  }, 120_000);
  afterAll(async () => {
    await nginx?.[Symbol.asyncDispose]();
    for (const one of replicas?.toReversed() ?? []) await one.end();
    await redis?.kill();
  }, 60_000);

  it.each([['websocket'], ['polling']] as const)(
    'tell %s clients of every event, whichever process makes it',
    async (transport) => {
      const customer = await new Client(nginx.url).signIn('customer@demo.test', 'Demo-pass-123');
      const admin = await new Client(nginx.url).signIn('admin@demo.test', 'Demo-pass-123');
      const tea = { name: 'Tea', category: 'Tests', price: 1000, stock: 1000 };
      const items = [{ productId: (await admin.post<Product>('/products', tea)).body.id, quantity: 1 }];
      const order = (await customer.placeOrder(items)).body;
      const socket = await customer.connect(undefined, { transports: [transport] });
      await ask(socket, 'joinOrder', { orderId: order.id });
      for (const { url } of replicas) {
        const there = new Client(url);
        there.token = customer.token!;
        const { id } = (await there.placeOrder(items)).body;
        const told = new Promise((resolve) =>
          socket.on('orderUpdated', ({ orderId, type }) => orderId === id && type === 'cancelled' && resolve(true)),
        );
        await there.post(`/orders/${id}/cancel`);
        expect(await told).toBe(true);
      }
      socket.disconnect();
    },
  );

  it('give nobody a failed page while one is killed and comes back', async () => {
    const answers: number[] = [];
    let over = false;
    const reading = (async () => {
      while (!over) {
        answers.push((await fetch(`${nginx.url}/api/products?limit=1`)).status);
        await pause(25);
      }
    })();
    await replicas[0]!.kill();
    while (answers.length < 60) await pause(10);
    await replicas[0]!.start();
    await nginx.reload();
    const soFar = answers.length;
    while (answers.length < soFar + 60) await pause(10);
    over = true;
    await reading;
    expect(new Set(answers)).toEqual(new Set([200]));
  });
});
