import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Product } from '@qc/contracts';
import { Client } from './support/client';
import { Victim } from './support/victim';

describe('a process that is told to end', () => {
  let victim: Victim;
  let customer: Client;
  let product: Product;
  beforeAll(async () => {
    victim = await Victim.prepare({ more: { DRAIN_SECONDS: '2' } });
    await victim.start();
    customer = await new Client(victim.url).signIn('customer@demo.test', 'Demo-pass-123');
    const admin = await new Client(victim.url).signIn('admin@demo.test', 'Demo-pass-123');
    const tea = { name: 'Tea', category: 'Tests', price: 1000, stock: 100_000 };
    product = (await admin.post<Product>('/products', tea)).body;
  }, 120_000);
  afterAll(() => victim?.end(), 60_000);

  const readiness = (): Promise<number> => customer.get('/health/ready').then(({ status }) => status);

  it('says so first, goes on working meanwhile, finishes what is in hand, sends sockets away, and ends well', async () => {
    const socket = await customer.connect();
    const left = new Promise<string>((resolve) => socket.once('disconnect', resolve));
    const answers: (number | string)[] = [];
    const shopping = (async () => {
      // a connection that is refused was never a request; one that breaks was
      while (answers.at(-1) !== 'ECONNREFUSED') {
        const placed = customer.placeOrder([{ productId: product.id, quantity: 1 }]);
        answers.push(
          await placed.then(({ status }) => status).catch(({ cause }: { cause: { code: string } }) => cause.code),
        );
      }
    })();
    await pause(100);
    victim.signal('SIGTERM');
    while ((await readiness()) === 200) await pause(5);
    expect(await readiness()).toBe(503);
    const before = answers.length;
    await shopping;
    expect(answers.length - before).toBeGreaterThan(2);
    expect(new Set(answers.slice(0, -1))).toEqual(new Set([201]));
    // a client comes back from this by itself, from a disconnect it would not
    expect(await left).toMatch(/transport/);
    expect(await victim.ended()).toBe(0);
  }, 60_000);
});
