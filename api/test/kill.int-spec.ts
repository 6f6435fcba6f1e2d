import { EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JoinedOrder, Order, OrderEvent, Product, Session } from '@qc/contracts';
import mongoose, { type Connection } from 'mongoose';
import { Client } from './support/client';
import { ask } from './support/live';
import { Victim } from './support/victim';

const STOCK = 60;
const SEED = 20_261_123;

/** What the server has said yes to; the rest may have happened or not. */
class Acknowledged {
  readonly placed = new Map<string, Order>();
  readonly moved: { orderId: string; status: string; version: number; partnerId?: string }[] = [];
  private readonly growth = new EventEmitter();

  place(order: Order): void {
    this.placed.set(order.id, order);
    this.growth.emit('placed');
  }

  move(status: number, { id, status: to, version }: Order, partnerId?: string): void {
    if (status === 200) this.moved.push({ orderId: id, status: to, version, ...(partnerId && { partnerId }) });
  }

  async morePlaced(count: number): Promise<void> {
    const goal = this.placed.size + count;
    while (this.placed.size < goal) await once(this.growth, 'placed');
  }
}

describe('kill -9 in the middle of orders', () => {
  let victim: Victim;
  beforeAll(async () => {
    victim = await Victim.prepare();
    await victim.start();
  }, 90_000);
  afterAll(() => victim?.end(), 60_000);

  it('loses nothing that was acknowledged, and leaves stock, partners and events in agreement, round after round', async () => {
    const random = seeded(SEED);
    const admin = await new Client(victim.url).signIn('admin@demo.test', 'Demo-pass-123');
    const products = await Promise.all(
      Array.from({ length: 4 }, async (_, n) => {
        const product = { name: `Tea ${n}`, category: 'Tests', price: 1000, stock: STOCK };
        return (await admin.post<Product>('/products', product)).body;
      }),
    );
    const customers = await people(victim.url, 'customer', 4);
    const partners = await people(victim.url, 'partner', 3);
    const known = new Acknowledged();

    for (let round = 1; round <= 3; round += 1) {
      const enough = known.morePlaced(8 + Math.floor(random() * 8));
      const shift = { over: false };
      const work = [
        ...customers.map((customer) => buy(customer, products, known, random, shift)),
        ...partners.map((partner) => deliver(partner, known, random, shift)),
      ];
      await enough;
      shift.over = true; // each client still waits for an answer, which it will not get
      await victim.kill();
      await Promise.all(work);
      await victim.start();
      await agree(victim, known, products);
      await catchesUp(customers, known);
    }
    expect(known.placed.size).toBeGreaterThanOrEqual(24);
    expect(known.moved.length).toBeGreaterThan(0);
  }, 180_000);
});

interface Shift {
  over: boolean;
}

/** Works until the shift is over. What a lost connection left unanswered may have happened or not. */
async function until(shift: Shift, work: () => Promise<void>): Promise<void> {
  while (!shift.over) await work().catch(() => undefined);
}

/** Buys, and now and then cancels. */
function buy(
  customer: Client,
  products: Product[],
  known: Acknowledged,
  random: () => number,
  shift: Shift,
): Promise<void> {
  return until(shift, async () => {
    const chosen = products.filter(() => random() < 0.5);
    const items = chosen.map(({ id }) => ({ productId: id, quantity: 1 + Math.floor(random() * 2) }));
    const { status, body } = await customer.placeOrder(items);
    if (status !== 201) return; // nothing chosen, or sold out
    known.place(body);
    if (random() > 0.4) return;
    const cancelled = await customer.post<Order>(`/orders/${body.id}/cancel`);
    known.move(cancelled.status, cancelled.body);
  });
}

const ONWARD = { assigned: 'picked_up', picked_up: 'in_transit', in_transit: 'delivered' } as const;

/** Accepts what waits, gives some of it back and takes the rest a step further. */
function deliver(partner: Client, known: Acknowledged, random: () => number, shift: Shift): Promise<void> {
  return until(shift, async () => {
    const active = (await partner.get<{ active: Order[] }>('/delivery/orders')).body.active[0];
    if (active) {
      const back = random() < 0.3 && active.status === 'assigned';
      const { status, body } = back
        ? await partner.post<Order>(`/delivery/${active.id}/release`, { reason: 'too far' })
        : await partner.move(active.id, ONWARD[active.status as keyof typeof ONWARD]);
      return known.move(status, body, partner.user.id);
    }
    const waiting = (await partner.get<{ items: Order[] }>('/orders/unassigned?limit=5')).body.items;
    const next = waiting[Math.floor(random() * waiting.length)];
    if (!next) return;
    const { status, body } = await partner.accept(next.id);
    known.move(status, body, partner.user.id);
  });
}

interface StoredOrder {
  _id: mongoose.Types.ObjectId;
  version: number;
  status: string;
  partnerId: mongoose.Types.ObjectId | null;
  items: { productId: mongoose.Types.ObjectId; quantity: number }[];
  history: { seq: number; status: string; by: { id?: mongoose.Types.ObjectId } }[];
}

/** The database against what was acknowledged, and against itself. */
async function agree({ database }: Victim, known: Acknowledged, products: Product[]): Promise<void> {
  await allSent(database);
  const orders = (await database.collection('orders').find().toArray()) as unknown as StoredOrder[];
  const byId = new Map(orders.map((order) => [order._id.toHexString(), order]));
  for (const id of known.placed.keys()) expect(byId.get(id)?.version).toBeGreaterThanOrEqual(4);
  for (const { orderId, status, version, partnerId } of known.moved) {
    const entry = byId.get(orderId)?.history.find(({ seq }) => seq === version);
    expect(entry).toMatchObject({ status });
    if (partnerId) expect(entry?.by.id?.toHexString()).toBe(partnerId);
  }
  for (const { id } of products) {
    const taken = orders
      .filter(({ status }) => status !== 'cancelled')
      .flatMap(({ items }) => items.filter(({ productId }) => productId.toHexString() === id))
      .reduce((sum, { quantity }) => sum + quantity, 0);
    const product = await database.collection('products').findOne({ _id: new mongoose.Types.ObjectId(id) });
    expect((product!['stock'] as number) + taken).toBe(STOCK);
    expect(product!['sold']).toBe(taken);
  }
  for (const partner of await database.collection('partners').find().toArray()) {
    const inHand = orders.filter(
      ({ partnerId, status }) =>
        partnerId?.equals(partner._id) && ['assigned', 'picked_up', 'in_transit'].includes(status),
    );
    expect(partner['activeDeliveries']).toBe(inHand.length);
  }
  for (const order of orders) {
    const events = await database.collection('events').find({ orderId: order._id, topic: 'order' }).toArray();
    const seqs = events.map((event) => event['seq'] as number).sort((a, b) => a - b);
    expect(seqs).toEqual(Array.from({ length: order.version }, (_, index) => index + 1));
  }
  const positions = (await database.collection('events').find().toArray()).map((event) => event['pos'] as number);
  expect(new Set(positions).size).toBe(positions.length);
}

/** What a crash left unpublished is found by the relay's patrol: the change to the last unsent event is awaited. */
async function allSent(database: Connection): Promise<void> {
  const events = database.collection('events');
  const changes = events.watch([{ $match: { operationType: 'update' } }]);
  try {
    await changes.tryNext(); // the watch stands before the count is read
    while (await events.countDocuments({ sent: false })) await changes.next();
  } finally {
    await changes.close();
  }
}

/** A client that was away since the order was placed gets every event after that, in order. */
async function catchesUp(customers: Client[], known: Acknowledged): Promise<void> {
  for (const customer of customers) {
    const refreshed = await customer.post<Session>('/auth/refresh', undefined, { cookie: customer.cookie! });
    expect(refreshed.status).toBe(200); // the signing key outlived the process
    const socket = await customer.connect();
    const own = [...known.placed.values()].filter((order) => order.customer!.id === customer.user.id);
    for (const { id } of own) {
      const joined = (await ask<JoinedOrder>(socket, 'joinOrder', { orderId: id, after: 4 })) as JoinedOrder;
      const seqs = (joined.missed as OrderEvent[]).map(({ seq }) => seq);
      expect(seqs).toEqual(Array.from({ length: joined.order.version - 4 }, (_, index) => index + 5));
    }
    socket.disconnect();
    customer.cookie = refreshed.headers.getSetCookie()[0]!.split(';')[0];
  }
}

async function people(url: string, role: 'customer' | 'partner', count: number): Promise<Client[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const email = `${role}.${n}@kill.example`;
      const profile = { firstName: role };
      const person = await new Client(url).register({ email, password: 'correct horse', role, profile });
      if (role === 'partner') await person.put('/delivery/availability', { available: true });
      return person;
    }),
  );
}

/** mulberry32: the same run each time. */
function seeded(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
