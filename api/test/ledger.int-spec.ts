import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Order } from '@qc/contracts';
import { Types } from 'mongoose';
import type { Account, PostingKind } from '../src/ledger/domain/postings';
import { LedgerRepository } from '../src/ledger/ledger.repository';
import type { Client } from './support/client';
import { carry } from './support/steps';
import { TestServer } from './support/test-server';

/** Of 2 at 1 000 with 5 % tax, a fee of 2 900 for the way, and a tip: minor units. */
const [SALES, FEE, TAX, TIP] = [2000, 2900, 100, 250];
const TOTAL = SALES + FEE + TAX + TIP;
/** The base, without a distance. */
const TRIP = 2500;
const CANCELLATION_FEE = 700;

type Entry = [kind: PostingKind, lines: Partial<Record<Account, number>>];

describe('the books', () => {
  let server: TestServer;
  let ledger: LedgerRepository;
  let customer: Client;
  let partner: Client;
  let admin: Client;
  beforeAll(async () => {
    server = await TestServer.start();
    ledger = server.app.get(LedgerRepository);
    admin = await server.admin();
    await server.settings({ cancellationFee: CANCELLATION_FEE });
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    [customer, partner] = [await server.customer(), await server.partner()];
  });

  const place = async (paymentMethod: 'cash' | 'card', headers?: Record<string, string>): Promise<Order> => {
    const { id } = await server.product({ price: 1000 });
    return (await customer.placeOrder([{ productId: id, quantity: 2 }], { paymentMethod, tip: TIP }, headers)).body;
  };
  const entriesOf = async ({ id }: Pick<Order, 'id'>): Promise<Entry[]> =>
    (await ledger.ofOrder(id)).map(({ kind, lines }) => [
      kind,
      Object.fromEntries(lines.map(({ account, amount }) => [account, amount])),
    ]);
  const balance = async (account: Account) => Object.fromEntries(await ledger.balance(account));

  const owed = (): Account => `customer:${customer.user.id}`;
  const charged = (): Entry => [
    'charge',
    { [owed()]: TOTAL, sales: -SALES, delivery_fees: -FEE, tax: -TAX, tips: -TIP },
  ];
  const earned = (): Entry => [
    'earning',
    { delivery_costs: TRIP, tips: TIP, [`partner:${partner.user.id}`]: -(TRIP + TIP) },
  ];
  const reversed = (fee = 0): Entry => [
    'reversal',
    {
      sales: SALES,
      delivery_fees: FEE,
      tax: TAX,
      tips: TIP,
      ...(fee && { cancellation_fees: -fee }),
      [owed()]: fee - TOTAL,
    },
  ];

  /** What changes in the accounts of the house while `work` is done. */
  async function change(work: () => Promise<unknown>): Promise<Partial<Record<Account, number>>> {
    const accounts: Account[] = [
      'provider',
      'sales',
      'delivery_fees',
      'tax',
      'tips',
      'discounts',
      'cancellation_fees',
      'delivery_costs',
      'bank',
    ];
    const sums = () => Promise.all(accounts.map(async (account) => (await balance(account))['INR'] ?? 0));
    const before = await sums();
    await work();
    const after = await sums();
    const changes = accounts.map((account, n) => [account, after[n]! - before[n]!] as const);
    return Object.fromEntries(changes.filter(([, by]) => by !== 0));
  }

  it('of an order paid by card and delivered: charged, paid, earned', async () => {
    let order!: Order;
    const house = await change(async () => {
      order = await place('card');
      await partner.accept(order.id);
      await carry(partner, order.id, 'delivered');
    });
    expect(order.total).toBe(TOTAL);
    expect(await entriesOf(order)).toEqual([charged(), ['payment', { provider: TOTAL, [owed()]: -TOTAL }], earned()]);
    expect(house).toEqual({ provider: TOTAL, sales: -SALES, delivery_fees: -FEE, tax: -TAX, delivery_costs: TRIP });
    expect(await balance(owed())).toEqual({ INR: 0 });
    expect(await balance(`partner:${partner.user.id}`)).toEqual({ INR: -(TRIP + TIP) });
    expect(await balance(`cash:${partner.user.id}`)).toEqual({});
  });

  it('of an order paid in cash and delivered: the partner holds the money, and is owed the trip and the tip', async () => {
    let order!: Order;
    const house = await change(async () => {
      order = await place('cash');
      await partner.accept(order.id);
      await carry(partner, order.id, 'delivered');
    });
    expect(await entriesOf(order)).toEqual([
      charged(),
      earned(),
      ['cash', { [`cash:${partner.user.id}`]: TOTAL, [owed()]: -TOTAL }],
    ]);
    expect(house).toEqual({ sales: -SALES, delivery_fees: -FEE, tax: -TAX, delivery_costs: TRIP });
    expect(await balance(owed())).toEqual({ INR: 0 });
    expect(await balance(`partner:${partner.user.id}`)).toEqual({ INR: -(TRIP + TIP) });
    expect(await balance(`cash:${partner.user.id}`)).toEqual({ INR: TOTAL });
  });

  it('of an order in cash that the customer cancels: as if it had never been, though a partner was on the way', async () => {
    let order!: Order;
    const house = await change(async () => {
      order = await place('cash');
      await partner.accept(order.id);
      await customer.post(`/orders/${order.id}/cancel`);
    });
    expect(await entriesOf(order)).toEqual([charged(), reversed()]);
    expect(house).toEqual({});
    expect(await balance(owed())).toEqual({ INR: 0 });
  });

  it('of a paid order that the customer cancels before a partner is on the way: all goes back', async () => {
    let order!: Order;
    const house = await change(async () => {
      order = await place('card');
      await customer.post(`/orders/${order.id}/cancel`);
    });
    expect(await entriesOf(order)).toEqual([
      charged(),
      ['payment', { provider: TOTAL, [owed()]: -TOTAL }],
      reversed(),
      ['refund', { [owed()]: TOTAL, provider: -TOTAL }],
    ]);
    expect(house).toEqual({});
    expect(await balance(owed())).toEqual({ INR: 0 });
  });

  it('of a paid order that the customer cancels when a partner is on the way: the fee stays, the rest goes back', async () => {
    let order!: Order;
    const house = await change(async () => {
      order = await place('card');
      await partner.accept(order.id);
      expect((await customer.get(`/orders/${order.id}/cancellation`)).body).toMatchObject({ cost: CANCELLATION_FEE });
      await customer.post(`/orders/${order.id}/cancel`);
    });
    const back = TOTAL - CANCELLATION_FEE;
    expect(await entriesOf(order)).toEqual([
      charged(),
      ['payment', { provider: TOTAL, [owed()]: -TOTAL }],
      reversed(CANCELLATION_FEE),
      ['refund', { [owed()]: back, provider: -back }],
    ]);
    expect(house).toEqual({ provider: CANCELLATION_FEE, cancellation_fees: -CANCELLATION_FEE });
    expect(await balance(owed())).toEqual({ INR: 0 });
  });

  it('of a paid order whose fee takes all of it: nothing goes back, and nobody asks the provider for nothing', async () => {
    await server.settings({ cancellationFee: 10 * TOTAL });
    try {
      const order = await place('card');
      await partner.accept(order.id);
      const { body } = await customer.post<Order>(`/orders/${order.id}/cancel`);
      expect(body).toMatchObject({ status: 'cancelled', paymentStatus: 'paid' });
      const [kind, { [owed()]: nothing, ...lines }] = reversed(TOTAL);
      expect([nothing, (await entriesOf(order)).slice(2)]).toEqual([0, [[kind, lines]]]);
      expect(await balance(owed())).toEqual({ INR: 0 });
    } finally {
      await server.settings({ cancellationFee: CANCELLATION_FEE });
    }
  });

  it('of a paid order that the admin cancels: the customer pays no fee', async () => {
    let order!: Order;
    const house = await change(async () => {
      order = await place('card');
      await partner.accept(order.id);
      await admin.move(order.id, 'cancelled', { note: 'the store is closed' });
    });
    expect((await entriesOf(order)).slice(2)).toEqual([reversed(), ['refund', { [owed()]: TOTAL, provider: -TOTAL }]]);
    expect(house).toEqual({});
  });

  it('of an order whose payment was refused: charged and reversed, no money moved', async () => {
    const house = await change(() => place('card', { 'X-Test-Payment': 'fail' }));
    const [order] = (await customer.get<{ items: Order[] }>('/orders?limit=1')).body.items;
    expect(await entriesOf(order!)).toEqual([charged(), reversed()]);
    expect(house).toEqual({});
    expect(await balance(owed())).toEqual({ INR: 0 });
  });

  it('of an order that failed and was delivered the second time: earned once, by the one who delivered it', async () => {
    const second = await server.partner();
    const order = await place('cash');
    await partner.accept(order.id);
    await carry(partner, order.id, 'in_transit');
    await partner.move(order.id, 'failed', { note: 'nobody at home' });
    await admin.move(order.id, 'ready');
    await second.accept(order.id);
    await carry(second, order.id, 'delivered');
    expect((await entriesOf(order)).map(([kind]) => kind)).toEqual(['charge', 'earning', 'cash']);
    expect(await balance(`partner:${partner.user.id}`)).toEqual({});
    expect(await balance(`partner:${second.user.id}`)).toEqual({ INR: -(TRIP + TIP) });
  });

  it('take one entry of a kind an order, whoever asks for another', async () => {
    const order = await place('cash');
    const again = server.database
      .collection('ledger')
      .insertOne({ orderId: new Types.ObjectId(order.id), kind: 'charge' });
    await expect(again).rejects.toMatchObject({ code: 11_000 });
  });

  // last: over all that was done above
  it('come to nothing: every entry by itself, and all of them together', async () => {
    const lines = server.database
      .collection('ledger')
      .aggregate<{ amount: number; entries: number }>([
        { $unwind: '$lines' },
        { $group: { _id: '$_id', amount: { $sum: '$lines.amount' } } },
        { $group: { _id: null, amount: { $sum: { $abs: '$amount' } }, entries: { $sum: 1 } } },
      ]);
    const [sum] = await lines.toArray();
    expect(sum!.amount).toBe(0);
    expect(sum!.entries).toBeGreaterThan(20);
  });
});
