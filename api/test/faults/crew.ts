import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Order, Page, ProblemBody, Product } from '@qc/contracts';
import type { Connection } from 'mongoose';
import type { OrderRecord } from '../../src/orders/order.schema';
import { type Answer, Client } from '../support/client';
import { lasting, type LiveView } from '../support/live-view';

const STOCK = 100_000;
const ONWARD = { assigned: 'picked_up', picked_up: 'in_transit', in_transit: 'delivered' } as const;
/** Milliseconds between two tries of a client whose request was not taken. */
const AGAIN = 100;

/**
 * Customers who order and partners who deliver, each with a phone that repeats a command under its key until it is
 * answered, as long as the shift lasts. Keeps all that the server said yes to.
 */
export class Crew {
  /** What went wrong that must not: a 5xx that does not say "not now" as the contract has it. */
  readonly faults: string[] = [];
  readonly placed = new Map<string, Order>();
  readonly moved: Order[] = [];
  /** Keys that a customer ordered under, answered or not. */
  readonly orderKeys = new Map<string, string[]>();
  /** Milliseconds at which something was acknowledged. */
  readonly acknowledged: number[] = [];
  /** The longest that a phone waited for an answer that came. Milliseconds. */
  slowest = 0;
  /** Requests that were answered, and those that got "not now" or a dead line instead. */
  readonly counts = { answered: 0, turnedAway: 0 };
  private over = false;
  private readonly waiting: { count: number; resolve: () => void }[] = [];

  private constructor(
    readonly customers: Client[],
    readonly partners: Client[],
    readonly products: Product[],
    private readonly pace: number,
  ) {}

  /** @param pace milliseconds that each of them rests before the next thing they do */
  static async hire(victim: { url: string }, { customers = 4, partners = 4, pace = 0 } = {}): Promise<Crew> {
    const admin = await new Client(victim.url).signIn('admin@demo.test', 'Demo-pass-123');
    const products = await Promise.all(
      Array.from({ length: 3 }, async (_, n) => {
        const product = { name: `Tea ${n}`, category: 'Tests', price: 1000, stock: STOCK };
        return (await admin.post<Product>('/products', product)).body;
      }),
    );
    const people = (role: 'customer' | 'partner', count: number): Promise<Client[]> =>
      Promise.all(
        Array.from({ length: count }, async () => {
          const account = { email: `${randomUUID()}@crew.example`, password: 'correct horse', role };
          const person = await new Client(victim.url).register({ ...account, profile: { firstName: role } });
          if (role === 'partner') await person.put('/delivery/availability', { available: true });
          return person;
        }),
      );
    return new Crew(await people('customer', customers), await people('partner', partners), products, pace);
  }

  get initialStock(): Map<string, number> {
    return new Map(this.products.map(({ id }) => [id, STOCK]));
  }

  /** Works until `end`; resolves when everybody has an answer to the last command. */
  async work(): Promise<void> {
    await Promise.all([
      ...this.customers.map((one) => this.buy(one)),
      ...this.partners.map((one) => this.deliver(one)),
    ]);
  }

  end(): void {
    this.over = true;
  }

  /** Resolves when so many more commands were acknowledged. */
  more(count: number): Promise<void> {
    return new Promise((resolve) => this.waiting.push({ count: this.acknowledged.length + count, resolve }));
  }

  /** The longest time in which nothing was acknowledged, from the n-th on. Milliseconds. */
  longestSilence(from = 0): number {
    const acknowledged = this.acknowledged.slice(from);
    return Math.max(...acknowledged.slice(1).map((at, index) => at - acknowledged[index]!));
  }

  /** What was said yes to, and is not in the database as it was said. */
  async lost(database: Connection): Promise<string[]> {
    const found = (await database.collection('orders').find().toArray()) as unknown as OrderRecord[];
    const byId = new Map(found.map((order) => [order._id.toHexString(), order]));
    return [...this.placed.values(), ...this.moved].flatMap((said) => {
      const kept = byId.get(said.id);
      return kept && kept.version >= said.version && isBeginning(said.history, kept.history)
        ? []
        : [`${said.number} was ${said.status} at version ${said.version}`];
    });
  }

  private async buy(customer: Client): Promise<void> {
    for (let turn = 0; !this.over; turn += 1) {
      const items = [{ productId: this.products[turn % this.products.length]!.id, quantity: 1 }];
      const paymentMethod = turn % 2 ? 'card' : 'cash';
      const key = randomUUID();
      this.orderKeys.set(customer.user.id, [...(this.orderKeys.get(customer.user.id) ?? []), key]);
      const placed = await this.persist(() =>
        customer.placeOrder(items, { paymentMethod }, { 'Idempotency-Key': key }),
      );
      if (placed?.status !== 201) continue;
      this.placed.set(placed.body.id, placed.body);
      this.acknowledge();
      if (turn % 4 !== 3) continue;
      const headers = { 'Idempotency-Key': randomUUID() };
      const cancelled = await this.persist(() => customer.post<Order>(`/orders/${placed.body.id}/cancel`, {}, headers));
      this.move(cancelled);
    }
  }

  private async deliver(partner: Client): Promise<void> {
    while (!this.over) {
      const waiting = await this.persist(() => partner.get<{ items: Order[] }>('/orders/unassigned?limit=20'));
      const items = waiting?.body.items ?? [];
      const next = items[Math.floor(Math.random() * items.length)];
      if (!next) {
        await pause(AGAIN);
        continue;
      }
      let order = await this.command(partner, (headers) =>
        partner.post(`/orders/${next.id}/accept`, undefined, headers),
      );
      while (order && order.status in ONWARD) {
        const body = { status: ONWARD[order.status as keyof typeof ONWARD] };
        const { id }: Order = order;
        order = await this.command(partner, (headers) => partner.put(`/orders/${id}/status`, body, headers));
      }
    }
  }

  private async command(
    _partner: Client,
    send: (headers: Record<string, string>) => Promise<Answer<Order>>,
  ): Promise<Order | undefined> {
    const headers = { 'X-Command-Id': randomUUID() };
    return this.move(await this.persist(() => send(headers)));
  }

  private move(answer: Answer<Order> | undefined): Order | undefined {
    if (answer?.status !== 200) return undefined;
    this.moved.push(answer.body);
    this.acknowledge();
    return answer.body;
  }

  /** Until there is an answer that is no "not now". */
  private async persist<T>(send: () => Promise<Answer<T>>): Promise<Answer<T> | undefined> {
    if (this.pace) await pause(this.pace);
    for (;;) {
      const asked = performance.now();
      const answer = await send().catch((error: Error) => {
        // the line went dead: nobody knows what became of it. A line that lives owes an answer
        if (error.name === 'TimeoutError') this.faults.push('a request was never answered');
        return undefined;
      });
      if (answer) this.slowest = Math.max(this.slowest, performance.now() - asked);
      this.counts[answer && answer.status < 500 ? 'answered' : 'turnedAway'] += 1;
      if (answer?.status === 429) this.faults.push('a request was one too many');
      if (answer && answer.status < 500) return answer;
      if (answer && !isNotNow(answer)) this.faults.push(`${answer.status} ${JSON.stringify(answer.body)}`);
      await pause(AGAIN);
    }
  }

  private acknowledge(): void {
    this.acknowledged.push(performance.now());
    for (const one of this.waiting.filter(({ count }) => count === this.acknowledged.length)) one.resolve();
  }
}

/** 503 as the contract has it: a problem with the code UNAVAILABLE, and when to come again. */
export function isNotNow({ status, headers, body }: Answer<unknown>): boolean {
  const isProblem = headers.get('content-type')?.startsWith('application/problem+json') === true;
  return status === 503 && isProblem && headers.has('retry-after') && (body as ProblemBody).code === 'UNAVAILABLE';
}

/** What a person's own orders look like in their hands other than in the database, or what they were told out of turn. */
export async function blindSpots(person: Client, view: LiveView): Promise<string[]> {
  const { items, nextCursor } = (await person.get<Page<Order>>('/orders?limit=100')).body;
  const faults = nextCursor === null ? [] : ['there are more orders than were looked at'];
  for (const order of items) {
    await view.reaches(order.id, order.version).catch(({ message }: Error) => faults.push(message));
    const shown = view.orders.get(order.id);
    if (!shown || !isDeepStrictEqual(lasting(shown), lasting(order)))
      faults.push(`${person.user.role} shows ${JSON.stringify(shown)}, not ${JSON.stringify(order)}`);
  }
  // a partner becomes a party in the middle of an order, and asks for what was before
  return person.user.role === 'partner' ? faults : [...faults, ...view.gaps];
}

function isBeginning(said: Order['history'], kept: OrderRecord['history']): boolean {
  return said.every(({ seq, status, by }) => {
    const entry = kept.find((one) => one.seq === seq);
    return entry?.status === status && (!('id' in by) || entry.by.id?.toHexString() === by.id);
  });
}
