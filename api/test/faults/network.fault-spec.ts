import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Order } from '@qc/contracts';
import mongoose from 'mongoose';
import type { Answer } from '../support/client';
import { brokenPromises } from '../support/invariants';
import { Victim } from '../support/victim';
import { WireProxy } from '../support/wire-proxy';
import { Crew, isNotNow } from './crew';

/** Milliseconds that the database stays out of reach: longer than any wait of a single request’s parts, shorter than its patience. */
const AWAY = 6000;
/** Milliseconds in which everybody has an answer: a use case's 20 s, and the driver's 5 s that began just before. */
const PATIENCE = 27_000;

describe('a network between API and MongoDB', () => {
  let proxy: WireProxy;
  let victim: Victim;
  beforeAll(async () => {
    const uri = new URL(process.env['MONGODB_TEST_URI']!);
    uri.pathname = `/qc_network_${process.pid}`;
    proxy = await WireProxy.before(uri.href);
    victim = await Victim.prepare({ uri: uri.href, through: proxy.uri(uri.pathname.slice(1)) });
    await victim.start();
  }, 120_000);
  afterEach(() => {
    proxy.delay = 0;
    proxy.restore();
  });
  afterAll(async () => {
    await victim?.end();
    await proxy?.stop();
  });

  /** Nothing that was said yes to is missing, nothing is there twice, and nobody got anything but an answer or "not now". */
  async function allIsWell(crew: Crew): Promise<void> {
    expect(crew.faults).toEqual([]);
    expect(await brokenPromises(victim.database, crew.initialStock, 1)).toEqual([]);
    expect(crew.slowest).toBeLessThan(PATIENCE);
    expect(await crew.lost(victim.database)).toEqual([]);
    const orders = victim.database.collection('orders');
    for (const [customerId, keys] of crew.orderKeys)
      expect(await orders.countDocuments({ customerId: new mongoose.Types.ObjectId(customerId) })).toBe(keys.length);
  }

  const ready = async (): Promise<number> => (await fetch(`${victim.url}/api/health/ready`)).status;

  it('that is slow makes it slower, and nothing else', async () => {
    const crew = await Crew.hire(victim);
    proxy.delay = 50;
    const work = crew.work();
    await crew.more(60);
    crew.end();
    await work;
    await allIsWell(crew);
  });

  it('that breaks again and again in the middle of the work is borne', async () => {
    const crew = await Crew.hire(victim);
    const work = crew.work();
    for (let cut = 1; cut <= 6; cut += 1) {
      await crew.more(20);
      proxy.cut();
    }
    await crew.more(20);
    crew.end();
    await work;
    await allIsWell(crew);
  });

  it('that is gone for a while is said to be, and service goes on by itself', async () => {
    const crew = await Crew.hire(victim);
    const work = crew.work();
    await crew.more(40);
    proxy.goAway();
    const left = pause(AWAY);
    expect(await ready()).toBe(503);
    expect((await fetch(`${victim.url}/api/health/live`)).status).toBe(200);
    await left;
    proxy.restore();
    await crew.more(40);
    expect(await ready()).toBe(200);
    crew.end();
    await work;
    console.log(
      `nothing was acknowledged for ${(crew.longestSilence() / 1000).toFixed(1)} s, of which ${AWAY / 1000} s away`,
    );
    expect(crew.longestSilence()).toBeLessThan(AWAY + 10_000);
    await allIsWell(crew);
  });

  it('that is gone for longer than anybody waits is told to each in time, and what they repeat happens once', async () => {
    const crew = await Crew.hire(victim, { customers: 1, partners: 1 });
    const [customer, partner] = [crew.customers[0]!, crew.partners[0]!];
    const items = [{ productId: crew.products[0]!.id, quantity: 1 }];
    const waiting = (await customer.placeOrder(items)).body;
    const placing = { 'Idempotency-Key': randomUUID() };
    const accepting = { 'X-Command-Id': randomUUID() };
    const commands: (() => Promise<Answer<Order>>)[] = [
      () => customer.placeOrder(items, { paymentMethod: 'card' }, placing),
      () => partner.post(`/orders/${waiting.id}/accept`, undefined, accepting),
    ];
    const reads: (() => Promise<Answer<unknown>>)[] = [
      () => customer.get(`/orders/${waiting.id}`),
      () => partner.get('/orders/unassigned'),
      () => partner.post('/auth/login', { email: 'admin@demo.test', password: 'Demo-pass-123' }),
    ];
    proxy.goAway();
    const asked = performance.now();
    const refused = await Promise.all([...commands, ...reads].map((send) => send()));
    const waited = performance.now() - asked;
    console.log(`told "not now" after ${(waited / 1000).toFixed(1)} s at most`);
    expect(refused.filter((answer) => !isNotNow(answer)).map(({ status, body }) => ({ status, body }))).toEqual([]);
    expect(waited).toBeLessThan(PATIENCE);
    proxy.restore();
    for (const send of commands) {
      const [first, second] = [await send(), await send()];
      expect(first.status).toBeLessThan(300);
      expect(second.headers.get('idempotent-replayed')).toBe('true');
      expect(second.body.version).toBe(first.body.version);
    }
    const customerId = new mongoose.Types.ObjectId(customer.user.id);
    expect(await victim.database.collection('orders').countDocuments({ customerId })).toBe(2);
    expect(await brokenPromises(victim.database, crew.initialStock, 1)).toEqual([]);
  });
});
