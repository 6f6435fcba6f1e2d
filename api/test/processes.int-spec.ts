import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Order, OrderEvent } from '@qc/contracts';
import { Redis } from '../src/platform/redis/redis';
import { Client, type LiveClient, nextEvent } from './support/client';
import { ask } from './support/live';
import { RedisServer } from './support/redis-server';
import { carry } from './support/steps';
import { TestServer } from './support/test-server';

/** What one phone hears of an order that it knows: older news, which may come again, is none. */
function listenTo(
  socket: LiveClient,
  { id: orderId, version: known }: Order,
): { heard: Pick<OrderEvent, 'eventId' | 'seq'>[]; until: (version: number) => Promise<void> } {
  const heard: Pick<OrderEvent, 'eventId' | 'seq'>[] = [];
  let look = (): void => undefined;
  socket.on('orderUpdated', (event) => {
    if (event.orderId === orderId && event.seq > known) heard.push(event);
    look();
  });
  return {
    heard,
    until: (version) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`heard ${heard.map(({ seq }) => seq).join()}`)), 8000);
        look = () => {
          if (new Set(heard.map(({ seq }) => seq)).size < version - known) return;
          clearTimeout(late);
          resolve();
        };
        look();
      }),
  };
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, n) => n + 1);

describe('two processes over Redis', () => {
  let redis: RedisServer;
  let here: TestServer;
  let there: TestServer;
  let customer: Client;
  /** The same person, connected to the other process. */
  let customerThere: Client;
  beforeAll(async () => {
    redis = await RedisServer.start();
    here = await TestServer.start({ REDIS_URL: redis.url });
    there = await here.beside({ REDIS_URL: redis.url });
    customer = await here.customer();
    customerThere = at(there, customer);
  }, 120_000);
  beforeEach(async () => {
    await redis.resume();
    await whole();
  });
  afterAll(async () => {
    customerThere.disconnect();
    await there.app.close();
    await here.stop();
    await redis.kill();
  });

  function at({ url }: TestServer, person: Client): Client {
    const client = new Client(url);
    client.token = person.token!;
    client.user = person.user;
    return client;
  }

  const ready = async ({ url }: TestServer): Promise<[number, unknown]> => {
    const answer = await new Client(url).get('/health/ready');
    return [answer.status, answer.body];
  };

  /** Both processes are connected to Redis, and have been for long enough to trust it. */
  async function whole(): Promise<void> {
    while ([here, there].some(({ app }) => app.get(Redis).state !== 'ok')) await pause(20);
    await pause(2000);
  }

  it('an event that is made on one reaches the sockets of the other, each once, in order', async () => {
    const order = await here.readyOrder(customer);
    const socket = await customerThere.connect();
    const { heard, until } = listenTo(socket, order);
    await ask(socket, 'joinOrder', { orderId: order.id });
    const partner = await here.partner();
    await partner.accept(order.id);
    const done = await carry(at(there, partner), order.id, 'delivered');
    await until(done.version);
    const seqs = heard.map(({ seq }) => seq);
    expect(seqs).toEqual(upTo(done.version).slice(order.version));
    expect(new Set(heard.map(({ eventId }) => eventId)).size).toBe(seqs.length);
  });

  it('changes by turns on both are told in order, and the history has no gap', async () => {
    const partner = await here.partner();
    const socket = await customerThere.connect();
    for (let round = 0; round < 5; round += 1) {
      const order = await at(round % 2 ? here : there, customer).placeOrder([
        { productId: (await here.product()).id, quantity: 1 },
      ]);
      const { heard, until } = listenTo(socket, order.body);
      await at(round % 2 ? there : here, partner).accept(order.body.id);
      const last = await carry(at(round % 2 ? here : there, partner), order.body.id, 'delivered');
      await until(last.version);
      const seqs = heard.map(({ seq }) => seq);
      expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
      const { body } = await customer.get<{ items: OrderEvent[] }>(`/orders/${order.body.id}/events?after=0`);
      expect(body.items.map(({ seq }) => seq)).toEqual(upTo(last.version));
    }
  });

  it('a partner who goes online on one hears of orders on the other', async () => {
    const partner = await here.partner({ available: false });
    const socket = await at(there, partner).connect();
    await partner.put('/delivery/availability', { available: true });
    const coming = nextEvent(socket, 'newOrderAvailable');
    const order = await here.readyOrder(customer);
    expect(await coming).toMatchObject({ orderId: order.id });
  });

  it('a session that is ended on one loses its sockets on the other', async () => {
    const leaving = await here.customer();
    const socket = await at(there, leaving).connect();
    const gone = new Promise((resolve) => socket.once('disconnect', resolve));
    expect((await leaving.post('/auth/logout-all', undefined, { Cookie: leaving.cookie! })).status).toBe(204);
    expect(await gone).toBe('io server disconnect');
  });

  it('Redis away is no outage: all goes on, readiness says it, and events come from the database', async () => {
    const partner = await here.partner();
    const order = await here.readyOrder(customer);
    const socket = await customerThere.connect();
    const { heard, until } = listenTo(socket, order);
    await ask(socket, 'joinOrder', { orderId: order.id });
    await redis.kill();
    while (there.app.get(Redis).state === 'ok') await pause(20);
    expect(await ready(there)).toEqual([200, { status: 'ok', redis: 'degraded' }]);
    const accepted = await partner.accept(order.id);
    expect(accepted.status).toBe(200);
    await until(accepted.body.version);

    await redis.resume();
    const done = await carry(partner, order.id, 'delivered');
    await until(done.version);
    // what was lost on the way may come after what was not: a client sees the gap, and fetches it or waits
    const seqs = new Set(heard.map(({ seq }) => seq));
    expect([...seqs].sort((a, b) => a - b)).toEqual(upTo(done.version).slice(order.version));
    await whole();
    expect(await ready(there)).toEqual([200, { status: 'ok', redis: 'ok' }]);
  });

  it('Redis that restarts in the middle of the work loses nobody an event', async () => {
    const partners = await here.partners(4);
    const socket = await customerThere.connect();
    const orders: Order[] = [];
    for (let n = 0; n < 8; n += 1) orders.push(await here.readyOrder(customer));
    const views = orders.map((order) => listenTo(socket, order));
    const work = Promise.all(
      partners.map(async (partner, n) => {
        const done: Order[] = [];
        for (const { id } of [orders[n * 2]!, orders[n * 2 + 1]!]) {
          await partner.accept(id);
          done.push(await carry(partner, id, 'delivered'));
        }
        return done;
      }),
    );
    await redis.kill();
    await redis.resume();
    for (const [n, { version }] of (await work).flat().entries()) {
      await views[n]!.until(version);
      expect(new Set(views[n]!.heard.map(({ seq }) => seq))).toEqual(new Set(upTo(version).slice(orders[n]!.version)));
    }
  });
});
