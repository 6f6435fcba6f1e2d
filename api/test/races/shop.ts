import type { Order, OrderEvent, Page } from '@qc/contracts';
import { Types } from 'mongoose';
import type { Answer, Client } from '../support/client';
import { brokenPromises } from '../support/invariants';
import { TestServer } from '../support/test-server';

/** More than all rounds together take. */
const PLENTY = 1_000_000;

/** A shop whose stock is known from the first piece on, with the two who are always there. */
export class Shop {
  private readonly initialStock = new Map<string, number>();

  private constructor(
    readonly server: TestServer,
    readonly admin: Client,
    readonly customer: Client,
    private readonly others: TestServer[] = [],
  ) {}

  static async open(overrides: Record<string, string> = {}): Promise<Shop> {
    const server = await TestServer.start(overrides);
    return new Shop(server, await server.admin(), await server.customer());
  }

  /** Another server on the same database: it shares no memory with the first, so that only the database can keep them apart. */
  async branch(): Promise<TestServer> {
    const branch = await this.server.beside();
    this.others.push(branch);
    return branch;
  }

  async close(): Promise<void> {
    for (const branch of this.others) await branch.app.close();
    await this.server.stop();
  }

  /** A product's id. */
  async product(stock = PLENTY): Promise<string> {
    const answer = await this.admin.post<{ id: string }>('/products', {
      name: 'Race tea',
      category: 'Tests',
      price: 1000,
      stock,
    });
    this.initialStock.set(answer.body.id, stock);
    return answer.body.id;
  }

  async order(productId: string, fields: object = {}, customer = this.customer): Promise<Order> {
    const answer = await customer.placeOrder([{ productId, quantity: 1 }], fields);
    if (answer.status !== 201) throw new Error(`no order: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  async read(orderId: string): Promise<Order> {
    return (await this.admin.get<Order>(`/orders/${orderId}`)).body;
  }

  /** The types of an order's events. */
  async events(orderId: string): Promise<string[]> {
    const { body } = await this.admin.get<Page<OrderEvent>>(`/orders/${orderId}/events?limit=100`);
    return body.items.map(({ type }) => type);
  }

  /** How many orders these partners carry, by their own books. */
  async load(partners: readonly Client[]): Promise<number> {
    const ids = partners.map(({ user }) => new Types.ObjectId(user.id));
    const [sum] = await this.server.database
      .collection('partners')
      .aggregate<{ load: number }>([
        { $match: { _id: { $in: ids } } },
        { $group: { _id: null, load: { $sum: '$activeDeliveries' } } },
      ])
      .toArray();
    return sum?.load ?? 0;
  }

  /** Ends an order that nobody has picked up yet, and so frees whoever carries it. */
  async clear(orderId: string): Promise<Answer<Order>> {
    return this.admin.move(orderId, 'cancelled', { note: 'the round is over' });
  }

  /** Of what is taken without an order nobody keeps account. */
  forget(productId: string): void {
    this.initialStock.delete(productId);
  }

  /** @param capacity orders that a partner may carry at once */
  broken(capacity = 1): Promise<string[]> {
    return brokenPromises(this.server.database, this.initialStock, capacity);
  }
}

/** The same person at another server. */
export function at(server: TestServer, person: Client): Client {
  const there = server.anonymous();
  there.token = person.token!;
  there.user = person.user;
  return there;
}
