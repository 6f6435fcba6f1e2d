import { EventEmitter, once } from 'node:events';
import type { Order } from '@qc/contracts';
import type { Answer, Client } from './client';
import { carry } from './steps';
import type { TestServer } from './test-server';

/** A shop at work: customers order and partners carry, all the time, until the shift ends. */
export class Shift {
  private readonly counter = new EventEmitter();
  private readonly workers: Promise<void>[];
  private changes = 0;
  private over = false;
  private failure?: Error;
  private readonly fail = (error: unknown): void => {
    this.failure = error as Error;
    this.counter.emit('change');
  };

  private constructor(
    readonly productId: string,
    pairs: readonly { customer: Client; partner: Client }[],
  ) {
    this.workers = pairs.map(({ customer, partner }) => this.work(customer, partner).catch(this.fail));
  }

  static async begin(server: TestServer, stock: number, pairs = 3): Promise<Shift> {
    const { id } = await server.product({ stock });
    const people = Array.from({ length: pairs }, async () => ({
      customer: await server.customer(),
      partner: await server.partner(),
    }));
    return new Shift(id, await Promise.all(people));
  }

  /** Resolves when so many more orders were placed or taken on. @throws whatever went wrong meanwhile */
  async done(more: number): Promise<void> {
    const goal = this.changes + more;
    while (this.changes < goal && !this.failure) await once(this.counter, 'change');
    if (this.failure) throw this.failure;
  }

  /** @throws whatever went wrong meanwhile */
  async end(): Promise<void> {
    this.over = true;
    await Promise.all(this.workers);
    if (this.failure) throw this.failure;
  }

  /** Every other order is carried to the door, the others wait. */
  private async work(customer: Client, partner: Client): Promise<void> {
    for (let round = 0; !this.over; round += 1) {
      const order = this.count(
        await customer.placeOrder([{ productId: this.productId, quantity: 1 }], {}, keyOf(round)),
      );
      if (round % 2 === 0) continue;
      this.count(await partner.accept(order.id));
      await carry(partner, order.id, 'delivered');
    }
  }

  private count(answer: Answer<Order>): Order {
    if (answer.status >= 300) throw new Error(`refused: ${JSON.stringify(answer.body)}`);
    this.changes += 1;
    this.counter.emit('change');
    return answer.body;
  }
}

function keyOf(round: number): Record<string, string> {
  return { 'Idempotency-Key': `round-${round}` };
}
