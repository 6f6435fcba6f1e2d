import { isDeepStrictEqual } from 'node:util';
import type { Order, OrderLock, Page, ProblemBody, Quote } from '@qc/contracts';
import { Types } from 'mongoose';
import { Clock } from '../../src/platform/clock';
import type { Answer, Client } from '../support/client';
import { brokenPromises } from '../support/invariants';
import { lasting, LiveView } from '../support/live-view';
import { TestServer } from '../support/test-server';
import { type Act, type Actor, CAPACITY, loadOf, LOCK_TTL, type Request, type State, type Told } from './state';

export const PEOPLE = 3;
/** Scarce, so that it runs out. */
export const STOCK = [8, 6, 4];
const PRICES = [1000, 2549, 399];
const CANCELLATION_FEE = 700;
/** What an order and everything about it is kept in. */
const OF_ORDERS = ['orders', 'events', 'ledger', 'payments', 'commands'];
const TEST_PAYMENT: Record<string, string> = {
  'card that is refused': 'fail',
  'card that is answered twice': 'twice',
};

/** The real thing: one server, the same seven people in every run, each with a live view; an empty shop at the start of a run. */
export class World {
  /** By the serial number of the request that placed it. */
  private readonly ids = new Map<number, string>();
  private readonly codes = new Map<number, string>();
  private views = new Map<Client, LiveView>();
  /** Who was away in this run. */
  private readonly away = new Set<Client>();
  private now = 0;

  private constructor(
    private readonly server: TestServer,
    private readonly people: Record<Actor['role'], Client[]>,
    private readonly products: string[],
  ) {
    server.app.get(Clock).now = () => new Date(this.now);
  }

  static async open(): Promise<World> {
    const server = await TestServer.start({
      PARTNER_CAPACITY: String(CAPACITY),
      ORDER_LOCK_TTL: String(LOCK_TTL / 1000),
      ACCESS_TOKEN_TTL: '864000',
    });
    await server.settings({ deliveryProof: 'code', cancellationFee: CANCELLATION_FEE });
    const everyone = (count: number, make: () => Promise<Client>) =>
      Promise.all(Array.from({ length: count }, () => make()));
    const people = {
      customer: await everyone(PEOPLE, () => server.customer()),
      partner: await everyone(PEOPLE, () => server.partner()),
      admin: [await server.admin()],
    };
    const products = await Promise.all(PRICES.map((price) => server.product({ price, stock: 0 })));
    return new World(
      server,
      people,
      products.map(({ id }) => id),
    );
  }

  close(): Promise<void> {
    return this.server.stop();
  }

  /** Nothing ordered, everything on the shelf, everybody at work and connected. */
  async begin(opening: State['opening']): Promise<State> {
    this.leave();
    this.ids.clear();
    this.codes.clear();
    this.away.clear();
    this.now = Date.now();
    const { database } = this.server;
    await Promise.all(OF_ORDERS.map((name) => database.collection(name).deleteMany({})));
    await Promise.all(
      this.products.map((id, index) =>
        database
          .collection('products')
          .updateOne({ _id: new Types.ObjectId(id) }, { $set: { stock: STOCK[index], sold: 0 } }),
      ),
    );
    const rested = { available: true, activeDeliveries: 0, lockedOrderId: null, ratingSum: 0, ratingCount: 0 };
    const ids = this.people.partner.map(({ user }) => new Types.ObjectId(user.id));
    await database.collection('partners').updateMany({ _id: { $in: ids } }, { $set: rested });
    const settings = { autoConfirm: opening !== 'pending', autoReady: opening === 'ready' };
    await this.admin.put('/admin/settings', settings);
    this.views = new Map(this.everybody.map((person) => [person, new LiveView(person)]));
    await Promise.all([...this.views.values()].map((view) => view.connect()));
    const available = this.people.partner.map(() => true);
    return { now: this.now, opening, stock: [...STOCK], available, orders: {}, kept: {} };
  }

  advance(by: number): void {
    this.now += by;
  }

  cut(who: Actor): void {
    const person = this.person(who);
    this.away.add(person);
    this.views.get(person)!.disconnect();
  }

  async comeBack(who: Actor): Promise<void> {
    const view = this.views.get(this.person(who))!;
    if (!view.connected) await view.connect();
  }

  /** Joins the order's room, as whoever opens its page does. undefined: not connected. */
  async look(who: Actor, order: number): Promise<boolean | undefined> {
    const view = this.views.get(this.person(who))!;
    return view.connected ? view.join(this.ids.get(order)!) : undefined;
  }

  async send(request: Request): Promise<Told> {
    const answer = await this.dispatch(request);
    const { status, body, headers } = answer;
    const { code } = (body ?? {}) as Partial<ProblemBody>;
    if (status === 423 && !headers.get('retry-after')) throw new Error('423 without Retry-After');
    const replayed = headers.get('idempotent-replayed') === 'true';
    if (status >= 300) return { outcome: `${status} ${code}`, replayed };
    const order = this.takeOrder(request, answer);
    return { outcome: String(status), ...(order && { order }), replayed };
  }

  /** What is wrong now that nothing is under way: against the model, the promises, and each person's view. */
  async faults(candidates: readonly State[]): Promise<string[]> {
    const truth = await this.truth();
    const known = candidates.map((state) => this.expected(state));
    const agreed = known.some((expected) => isSame(expected, truth));
    const stock = new Map(this.products.map((id, index) => [id, STOCK[index]!]));
    return [
      ...(agreed ? [] : [`the model has\n${JSON.stringify(known[0])}, the database\n${JSON.stringify(truth)}`]),
      ...(await brokenPromises(this.server.database, stock, CAPACITY)),
      ...(await Promise.all(this.everybody.map((person) => this.blindSpots(person)))).flat(),
    ];
  }

  leave(): void {
    for (const view of this.views.values()) view.disconnect();
  }

  private get admin(): Client {
    return this.people.admin[0]!;
  }

  private get everybody(): Client[] {
    return Object.values(this.people).flat();
  }

  private person({ role, index }: Actor): Client {
    return this.people[role][index]!;
  }

  private dispatch({ act, key, ifMatch }: Request): Promise<Answer<unknown>> {
    const by = this.person(act.by);
    const keyName = act.by.role === 'partner' ? 'X-Command-Id' : 'Idempotency-Key';
    const headers: Record<string, string> = {
      ...(key && { [keyName]: key }),
      ...(ifMatch !== undefined && { 'If-Match': `"${ifMatch}"` }),
    };
    const id = 'order' in act ? this.ids.get(act.order)! : '';
    switch (act.kind) {
      case 'place': {
        const payment = TEST_PAYMENT[act.method];
        const paymentMethod = act.method === 'cash' ? 'cash' : 'card';
        return by.placeOrder(
          this.items(act.lines),
          { tip: act.tip, paymentMethod },
          {
            ...headers,
            ...(payment && { 'X-Test-Payment': payment }),
          },
        );
      }
      case 'quote':
        return by.post('/orders/quote', { items: this.items(act.lines) });
      case 'reorder':
        return by.post(`/orders/${id}/reorder`, {}, headers);
      case 'read':
        return by.get(`/orders/${id}`);
      case 'move':
        return by.move(id, act.to, this.fields(act), headers);
      case 'cancel':
        return by.post(`/orders/${id}/cancel`, { reason: act.note }, headers);
      case 'rate':
        return by.post(`/orders/${id}/rating`, { score: act.score }, headers);
      case 'lock':
        return by.post(`/delivery/${id}/lock`, {}, headers);
      case 'unlock':
        return by.delete(`/delivery/${id}/lock`);
      case 'accept':
        return by.post(`/${act.at}/${id}/accept`, {}, headers);
      case 'release':
        return by.post(`/delivery/${id}/release`, { reason: act.note }, headers);
      case 'assign':
        return by.put(`/orders/${id}/assign`, { partnerId: this.people.partner[act.partner]!.user.id }, headers);
      case 'unassign':
        return by.put(`/admin/orders/${id}/unassign`, { reason: act.note }, headers);
      case 'work':
        return by.put('/delivery/availability', { available: act.available });
    }
  }

  private items(lines: readonly (readonly [number, number])[]) {
    return lines.map(([product, quantity]) => ({ productId: this.products[product]!, quantity }));
  }

  private fields({ note, code, order }: Extract<Act, { kind: 'move' }>): object {
    const right = this.codes.get(order)!;
    const wrong = right === '0000' ? '0001' : '0000';
    return { ...(note && { note }), ...(code && { deliveryCode: code === 'right' ? right : wrong }) };
  }

  /** The order of an answer that holds one, when it is as every order must be. */
  private takeOrder({ act, serial }: Request, { body, headers }: Answer<unknown>): Told['order'] {
    if (act.kind === 'lock') {
      const { lockExpiresIn } = body as OrderLock;
      if (lockExpiresIn < 0 || lockExpiresIn > LOCK_TTL / 1000) throw new Error(`a lock of ${lockExpiresIn} s`);
      return undefined;
    }
    if (body === undefined) return undefined;
    assertSums(body as Quote);
    if (act.kind === 'quote') return undefined;
    const { id, status, version, deliveryCode } = body as Order;
    if (headers.get('etag') !== `"${version}"`) throw new Error(`ETag ${headers.get('etag')} of version ${version}`);
    if (act.kind === 'place' || act.kind === 'reorder') {
      const first = this.ids.get(serial);
      if (first !== undefined && first !== id) throw new Error(`one key, two orders: ${first} and ${id}`);
      this.ids.set(serial, id);
      this.codes.set(serial, deliveryCode!);
    }
    return { status, version };
  }

  private async truth(): Promise<object> {
    const orders = await this.server.database.collection('orders').find({}).toArray();
    const found = [...this.ids].map(([serial, id]) => {
      const order = orders.find(({ _id }) => _id.toString() === id)!;
      const partner = order['partnerId'] ? this.partnerIndex(String(order['partnerId'])) : null;
      const score = (order['rating'] as { score: number } | null)?.score ?? null;
      return [serial, [order['status'], order['version'], partner, order['paymentStatus'], score]];
    });
    const products = await Promise.all(this.products.map((id) => this.admin.get<{ stock: number }>(`/products/${id}`)));
    const partners = await this.server.database.collection('partners').find({}).toArray();
    const record = (person: Client) => partners.find(({ _id }) => _id.toString() === person.user.id)!;
    return {
      orders: Object.fromEntries(found) as object,
      stock: products.map(({ body }) => body.stock),
      load: this.people.partner.map((person) => record(person)['activeDeliveries'] as number),
      available: this.people.partner.map((person) => record(person)['available'] as boolean),
    };
  }

  private expected(state: State): object {
    const orders = Object.entries(state.orders).map(([serial, { status, version, partner, paid, score }]) => [
      serial,
      [status, version, partner, paid, score],
    ]);
    return {
      orders: Object.fromEntries(orders) as object,
      stock: state.stock,
      load: state.available.map((_, index) => loadOf(state, index)),
      available: state.available,
    };
  }

  private partnerIndex(id: string): number {
    return this.people.partner.findIndex(({ user }) => user.id === id);
  }

  /** Where a person's view is not what the database gives them. */
  private async blindSpots(person: Client): Promise<string[]> {
    const view = this.views.get(person)!;
    const { role, id: own } = person.user;
    if (!view.connected) await view.connect();
    const { items } = (await person.get<Page<Order>>('/orders?limit=100')).body;
    const faults: string[] = [];
    for (const { id, version } of items) {
      await view.reaches(id, version).catch(({ message }: Error) => faults.push(message));
    }
    const theirs = new Set(items.map(({ id }) => id));
    for (const [id, shown] of view.orders) {
      const answer = await person.get<Order>(`/orders/${id}`);
      const mine = role !== 'partner' || shown.partner?.id === own;
      // a partner who looks at a waiting order and goes off work may not read it any more
      if (answer.status === 404 && !mine) continue;
      if (mine && !theirs.has(id)) faults.push(`${role} ${own} still shows order ${id}`);
      if (!mine && answer.status === 200) await view.reaches(id, answer.body.version).catch(() => undefined);
      const [seen, real] = [lasting(view.orders.get(id)!), lasting(answer.body)];
      if (!isSame(seen, real))
        faults.push(`${role} ${own} shows\n${JSON.stringify(seen)}, the database gives\n${JSON.stringify(real)}`);
    }
    for (const id of theirs) if (!view.orders.has(id)) faults.push(`${role} ${own} does not show order ${id}`);
    // who was a party from the first version on and never away is told every one, in order
    if (role !== 'partner' && !this.away.has(person)) faults.push(...view.gaps.map((gap) => `${role} ${own}: ${gap}`));
    return faults;
  }
}

/** @throws when an amount is no integer, or they do not add up */
function assertSums({ items, subtotal, deliveryFee, tax, tip, discount, total }: Quote): void {
  const amounts = [subtotal, deliveryFee, tax, tip, discount, total];
  const lines = items.map(({ unitPrice, quantity, total: line }) => (line === unitPrice * quantity ? line : NaN));
  const sum = lines.reduce((all, line) => all + line, 0);
  const adds = sum === subtotal && total === subtotal + deliveryFee + tax + tip - discount;
  if (!adds || !amounts.every((amount) => Number.isInteger(amount) && amount >= 0))
    throw new Error(`amounts that do not add up: ${JSON.stringify(amounts)}, lines ${JSON.stringify(lines)}`);
}

/** By what is written: objects of one realm and of another are the same to a reader. */
function isSame(one: object, other: object): boolean {
  const written = (value: object): unknown => JSON.parse(JSON.stringify(value));
  return isDeepStrictEqual(written(one), written(other));
}
