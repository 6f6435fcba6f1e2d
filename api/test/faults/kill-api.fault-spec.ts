import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { JoinedOrder, Order, OrderEvent, Product } from '@qc/contracts';
import mongoose from 'mongoose';
import { type Answer, Client, type LiveClient } from '../support/client';
import { brokenPromises } from '../support/invariants';
import { ask } from '../support/live';
import { Victim } from '../support/victim';
import { WireProxy } from '../support/wire-proxy';

const STOCK = 1000;

/** A command that its client can send again under the same key, on an order that is there or comes of it. */
interface Step {
  send: (key: string) => Promise<Answer<Order>>;
  /** The order before it; undefined: it makes one. */
  before?: Order;
}

describe('kill -9 of the API at each step of an order’s change', () => {
  let proxy: WireProxy;
  let victim: Victim;
  let tea: Product;
  let customer: Client;
  let partner: Client;
  let admin: Client;

  beforeAll(async () => {
    const uri = new URL(process.env['MONGODB_TEST_URI']!);
    uri.pathname = `/qc_faults_${process.pid}`;
    proxy = await WireProxy.before(uri.href);
    victim = await Victim.prepare({ uri: uri.href, through: proxy.uri(uri.pathname.slice(1)) });
    await victim.start();
    admin = await new Client(victim.url).signIn('admin@demo.test', 'Demo-pass-123');
    const product = { name: 'Tea', category: 'Tests', price: 1000, stock: STOCK };
    tea = (await admin.post<Product>('/products', product)).body;
    await admin.put('/admin/settings', { cancellationFee: 500 });
  }, 120_000);
  afterAll(async () => {
    await victim?.end();
    await proxy?.stop();
  });

  beforeEach(async () => {
    [customer, partner] = [await person('customer'), await person('partner')];
    await partner.put('/delivery/availability', { available: true });
  });

  afterEach(() => customer.disconnect());

  const person = (role: 'customer' | 'partner'): Promise<Client> =>
    new Client(victim.url).register({
      email: `${randomUUID()}@test.example`,
      password: 'correct horse',
      role,
      profile: { firstName: role },
    });

  const place = (paymentMethod: string, key: string = randomUUID(), headers: object = {}): Promise<Answer<Order>> =>
    customer.placeOrder(
      [{ productId: tea.id, quantity: 1 }],
      { paymentMethod },
      { 'Idempotency-Key': key, ...headers },
    );

  async function accepted(paymentMethod = 'cash'): Promise<Order> {
    const { id } = (await place(paymentMethod)).body;
    return (await partner.accept(id)).body;
  }

  const STEPS: Record<string, () => Promise<Step>> = {
    'placing, in cash': () => Promise.resolve({ send: (key) => place('cash', key) }),
    'placing, by card': () => Promise.resolve({ send: (key) => place('card', key) }),
    'placing, by card, of which the provider speaks twice': () =>
      Promise.resolve({ send: (key) => place('card', key, { 'X-Test-Payment': 'twice' }) }),
    accepting: async () => {
      const before = (await place('cash')).body;
      return { before, send: (key) => partner.post(`/orders/${before.id}/accept`, undefined, { 'X-Command-Id': key }) };
    },
    'picking up': async () => {
      const before = await accepted();
      const body = { status: 'picked_up' };
      return { before, send: (key) => partner.put(`/orders/${before.id}/status`, body, { 'X-Command-Id': key }) };
    },
    'cancelling a paid order': async () => {
      const before = await accepted('card');
      return {
        before,
        send: (key) => customer.post(`/orders/${before.id}/cancel`, {}, { 'Idempotency-Key': key }),
      };
    },
  };

  const events = async (orderId: string): Promise<OrderEvent[]> =>
    (await admin.get<{ items: OrderEvent[] }>(`/orders/${orderId}/events?after=0`)).body.items;

  /** Every change of this step, once: as many events as versions, money booked once, stock in order. */
  async function agrees(orderId: string): Promise<Order> {
    const order = (await admin.get<Order>(`/orders/${orderId}`)).body;
    const items = await events(orderId);
    expect(items.map(({ seq }) => seq)).toEqual(Array.from({ length: order.version }, (_, index) => index + 1));
    expect(await brokenPromises(victim.database, new Map([[tea.id, STOCK]]), 1)).toEqual([]);
    return order;
  }

  /** Those of which the provider is asked between two commits. */
  const PAID: Record<string, Order['paymentStatus']> = {
    'placing, by card': 'paid',
    'placing, by card, of which the provider speaks twice': 'paid',
    'cancelling a paid order': 'refunded',
  };

  const ordersOf = async ({ user }: Client): Promise<number> =>
    victim.database.collection('orders').countDocuments({ customerId: new mongoose.Types.ObjectId(user.id) });

  /** What the client would do: the same command, the same key, until there is an answer. */
  async function repeat({ send }: Step, key: string): Promise<Answer<Order>> {
    const answer = await send(key);
    expect(answer.status).toBeLessThan(300);
    return answer;
  }

  it.each(Object.keys(STEPS))('before the commit: nothing happened, and the repeat does it (%s)', async (name) => {
    const step = await STEPS[name]!();
    const phone = step.before && (await Phone.of(customer, step.before));
    const key = randomUUID();
    const held = proxy.holdRequest('commitTransaction');
    const unanswered = step.send(key).catch(() => undefined);
    await held.reached();
    await victim.kill();
    expect(await unanswered).toBeUndefined();
    expect(await ordersOf(customer)).toBe(step.before ? 1 : 0);
    await victim.start();
    if (step.before)
      expect((await admin.get<Order>(`/orders/${step.before.id}`)).body.version).toBe(step.before.version);
    expect(phone?.told ?? []).toEqual([]);
    const { body, headers } = await repeat(step, key);
    expect(headers.has('idempotent-replayed')).toBe(false);
    expect((await agrees(body.id)).version).toBe(body.version);
    expect(await ordersOf(customer)).toBe(1);
    await phone?.hasAll(await events(body.id));
  });

  it.each(Object.keys(STEPS))(
    'after the commit, before anybody heard: it is told of after the start, and the repeat gets the answer (%s)',
    async (name) => {
      const step = await STEPS[name]!();
      const phone = step.before && (await Phone.of(customer, step.before));
      const key = randomUUID();
      const held = proxy.holdAnswer('commitTransaction');
      const unanswered = step.send(key).catch(() => undefined);
      await held.reached();
      await victim.kill();
      expect(await unanswered).toBeUndefined();
      expect(await ordersOf(customer)).toBe(1);
      await victim.start();
      const { body, headers } = await repeat(step, key);
      expect(headers.get('idempotent-replayed')).toBe('true');
      await agrees(body.id);
      expect(await ordersOf(customer)).toBe(1);
      await phone?.hasAll(await events(body.id));
      await allPublished();
      const after = step.before?.version ?? 0;
      const socket = await customer.connect();
      const joined = (await ask<JoinedOrder>(socket, 'joinOrder', { orderId: body.id, after })) as JoinedOrder;
      const missed = joined.order.version - after;
      expect(missed).toBeGreaterThan(0);
      expect(joined.missed.map(({ seq }) => seq)).toEqual(Array.from({ length: missed }, (_, n) => after + n + 1));
      socket.disconnect();
    },
  );

  it.each(Object.keys(STEPS))(
    'after it was told, before the answer: nothing twice, and a client that heard finds the same event (%s)',
    async (name) => {
      const step = await STEPS[name]!();
      const key = randomUUID();
      const socket = await customer.connect();
      const after = step.before?.version ?? 0;
      const told: OrderEvent[] = [];
      const heard = new Promise<OrderEvent>((resolve) => {
        socket.on('orderUpdated', (event) => {
          if (event.seq <= after) return;
          told.push(event as OrderEvent);
          resolve(event as OrderEvent);
        });
      });
      // the answer is thrown away unread, whether it was sent or not
      const unanswered = step.send(key).catch(() => undefined);
      const event = await heard;
      await victim.kill();
      await unanswered;
      socket.disconnect();
      await victim.start();
      const { body } = await repeat(step, key);
      const order = await agrees(body.id);
      expect(await ordersOf(customer)).toBe(1);
      const again = await customer.connect();
      const joined = (await ask<JoinedOrder>(again, 'joinOrder', { orderId: event.orderId, after })) as JoinedOrder;
      expect(joined.missed.map(({ seq }) => seq)).toEqual(
        Array.from({ length: order.version - after }, (_, index) => after + index + 1),
      );
      expect(joined.missed.slice(0, told.length).map(({ eventId }) => eventId)).toEqual(
        told.map(({ eventId }) => eventId),
      );
      again.disconnect();
    },
  );

  it.each(Object.keys(PAID))(
    'after the provider was asked, before that is written: the repeat writes it once (%s)',
    async (name) => {
      const step = await STEPS[name]!();
      const key = randomUUID();
      const held = proxy.holdRequest('commitTransaction', 2);
      const unanswered = step.send(key).catch(() => undefined);
      await held.reached();
      await victim.kill();
      expect(await unanswered).toBeUndefined();
      await victim.start();
      const { body } = await repeat(step, key);
      expect(body.paymentStatus).toBe(PAID[name]);
      expect(await agrees(body.id)).toMatchObject({ version: body.version, paymentStatus: PAID[name] });
      expect(await ordersOf(customer)).toBe(1);
    },
  );

  it.each(Object.keys(PAID))(
    'after the provider was asked and that is written, before anybody knows: the repeat finds it (%s)',
    async (name) => {
      const step = await STEPS[name]!();
      const key = randomUUID();
      const held = proxy.holdAnswer('commitTransaction', 2);
      const unanswered = step.send(key).catch(() => undefined);
      await held.reached();
      await victim.kill();
      expect(await unanswered).toBeUndefined();
      await victim.start();
      const { body } = await repeat(step, key);
      expect(await agrees(body.id)).toMatchObject({ version: body.version, paymentStatus: PAID[name] });
      expect(await ordersOf(customer)).toBe(1);
    },
  );

  /** The change to the last unsent event is awaited. */
  async function allPublished(): Promise<void> {
    const events = victim.database.collection('events');
    const changes = events.watch([{ $match: { operationType: 'update' } }]);
    try {
      await changes.tryNext(); // the watch stands before the count is read
      while (await events.countDocuments({ sent: false })) await changes.next();
    } finally {
      await changes.close();
    }
  }
});

/** Shows one order, comes back by itself after a cut, and asks for what it missed: nobody tells it to. */
class Phone {
  /** What it was told since it began to look, each event once. */
  readonly told: OrderEvent[] = [];
  private onTold = (): void => undefined;

  private constructor(
    private readonly socket: LiveClient,
    private readonly orderId: string,
    private readonly after: number,
  ) {}

  static async of(person: Client, { id, version }: Order): Promise<Phone> {
    const socket = person.socket(undefined, { reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 200 });
    const phone = new Phone(socket, id, version);
    socket.on('orderUpdated', (event) => phone.take(event as OrderEvent));
    const joined = new Promise<void>((resolve, reject) => {
      socket.on('connect', () => void phone.catchUp().then(resolve, reject));
    });
    socket.connect();
    await joined;
    return phone;
  }

  /** Resolves when it has these, and no other, in order. Rejects after 5 s with what it has. */
  async hasAll(events: readonly OrderEvent[]): Promise<void> {
    const expected = events.filter(({ seq }) => seq > this.after).map(({ eventId }) => eventId);
    const has = (): string[] => this.told.map(({ eventId }) => eventId);
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`told ${has().join()}, not ${expected.join()}`)), 5000);
      this.onTold = () => {
        if (has().length < expected.length) return;
        clearTimeout(late);
        resolve();
      };
      this.onTold();
    });
    expect(has()).toEqual(expected);
  }

  private async catchUp(): Promise<void> {
    const answer = await ask<JoinedOrder>(this.socket, 'joinOrder', { orderId: this.orderId, after: this.last });
    for (const event of (answer as JoinedOrder).missed) this.take(event as OrderEvent);
  }

  private get last(): number {
    return this.told.at(-1)?.seq ?? this.after;
  }

  /** As the contract asks of a client: what it has is dropped, and a gap is filled by what it asks for. */
  private take(event: OrderEvent): void {
    if (event.seq <= this.last) return;
    // a live event may overtake the answer to a join; cut meanwhile, it asks again when it is back
    if (event.seq > this.last + 1) return void this.catchUp().catch(() => undefined);
    this.told.push(event);
    this.onTold();
  }
}
