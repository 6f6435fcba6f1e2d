import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Order, OrderLedger, PartnerBalances } from '@qc/contracts';
import type { Client } from './support/client';
import { carry, refusal } from './support/steps';
import { TestServer } from './support/test-server';

describe('what a partner earned and holds', () => {
  let server: TestServer;
  let admin: Client;
  let partner: Client;
  beforeAll(async () => {
    server = await TestServer.start();
    admin = await server.admin();
    partner = await server.partner();
  });
  afterAll(() => server.stop());

  const path = (what: string) => `/admin/delivery-partners/${partner.user.id}/${what}`;
  const balances = async () => (await admin.get<PartnerBalances>(path('balance'))).body.balances;

  async function deliver(fields: object): Promise<Order> {
    const customer = await server.customer();
    const order = await server.readyOrder(customer, fields);
    await partner.accept(order.id);
    await carry(partner, order.id, 'delivered');
    return (await admin.get<Order>(`/orders/${order.id}`)).body;
  }

  it('is nothing before the first delivery', async () => {
    expect(await balances()).toEqual([]);
    expect((await admin.post(path('payout'))).body).toMatchObject({ balances: [] });
  });

  it('adds up over deliveries: trip pay and tips against the cash in hand', async () => {
    const [card, cash] = [await deliver({ paymentMethod: 'card', tip: 700 }), await deliver({ paymentMethod: 'cash' })];
    const earned = card.tripPay! + 700 + cash.tripPay!;
    expect(await balances()).toEqual([{ currency: 'INR', earned, cash: cash.total, due: earned - cash.total }]);
  });

  it('is paid out once, however many press', async () => {
    const [before] = await balances();
    const answers = await Promise.all(Array.from({ length: 8 }, () => admin.post<PartnerBalances>(path('payout'))));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(answers.flatMap(({ body }) => body.balances)).toEqual([before]);
    expect(await balances()).toEqual([]);
    const booked = await server.database.collection('ledger').find({ kind: 'payout' }).toArray();
    expect(booked.map(({ lines }) => lines as unknown)).toEqual([
      [
        { account: `partner:${partner.user.id}`, amount: before!.earned },
        { account: `cash:${partner.user.id}`, amount: -before!.cash },
        { account: 'bank', amount: -before!.due },
      ],
    ]);
  });

  it('is no one’s who is no partner', async () => {
    const nobody = `/admin/delivery-partners/${admin.user.id}`;
    expect(refusal(await admin.get(`${nobody}/balance`))).toEqual([404, 'PARTNER_NOT_FOUND']);
    expect(refusal(await admin.post(`${nobody}/payout`))).toEqual([404, 'PARTNER_NOT_FOUND']);
  });

  it('shows each order’s entries, which sum to zero', async () => {
    const order = await deliver({ paymentMethod: 'card', tip: 300 });
    const { entries } = (await admin.get<OrderLedger>(`/admin/orders/${order.id}/ledger`)).body;
    expect(entries.map(({ kind }) => kind)).toEqual(['charge', 'payment', 'earning']);
    for (const { lines } of entries) expect(lines.reduce((sum, { amount }) => sum + amount, 0)).toBe(0);
    expect(refusal(await admin.get(`/admin/orders/${'0'.repeat(24)}/ledger`))).toEqual([404, 'ORDER_NOT_FOUND']);
  });
});
