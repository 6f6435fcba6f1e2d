import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DeliveryStats, Order, OrderEvent, Page } from '@qc/contracts';
import { Types } from 'mongoose';
import type { Answer, Client } from './support/client';
import { refusal, stockOf } from './support/steps';
import { TestServer } from './support/test-server';

const MINUTES = 60_000;
const CAPACITY = 3;

describe('what happens at the same moment', () => {
  let server: TestServer;
  let admin: Client;
  beforeAll(async () => {
    server = await TestServer.start({ PARTNER_CAPACITY: String(CAPACITY) });
    admin = await server.admin();
  });
  afterAll(() => server.stop());

  const count = (answers: Answer<unknown>[], status: number) => answers.filter((one) => one.status === status).length;
  const times = <T>(n: number, make: (index: number) => T): T[] => Array.from({ length: n }, (_, index) => make(index));
  const read = async (orderId: string) => (await admin.get<Order>(`/orders/${orderId}`)).body;
  const eventsOf = async (orderId: string) =>
    (await admin.get<Page<OrderEvent>>(`/orders/${orderId}/events`)).body.items.map(({ type }) => type);
  const carrying = (partnerIds: string[]) =>
    server.database
      .collection('partners')
      .countDocuments({ _id: { $in: partnerIds.map((id) => new Types.ObjectId(id)) }, activeDeliveries: 1 });

  it(
    'gives one ready order to exactly one of 50 partners who accept at once, 20 times over',
    async () => {
      const partners = await server.partners(50);
      const ids = partners.map(({ user }) => user.id);
      const customer = await server.customer();
      for (let round = 0; round < 20; round += 1) {
        const order = await server.readyOrder(customer);
        // every other time one of them has looked at it first
        const holder = round % 2 ? partners[round] : undefined;
        await holder?.post(`/delivery/${order.id}/lock`);
        const answers = await Promise.all(
          partners.map((partner, index) =>
            partner.post<Order>(`/${index % 2 ? 'orders' : 'delivery'}/${order.id}/accept`),
          ),
        );
        const winners = partners.filter((_, index) => answers[index]!.status === 200);
        const lost = answers.filter(({ status }) => status !== 200).map(refusal);
        expect(winners).toHaveLength(1);
        if (holder) expect(winners[0]).toBe(holder);
        const allowed = ['409 ORDER_ALREADY_ASSIGNED', ...(holder ? ['423 ORDER_LOCKED'] : [])];
        expect(lost.map((one) => one.join(' ')).filter((one) => !allowed.includes(one))).toEqual([]);
        expect(await read(order.id)).toMatchObject({
          status: 'assigned',
          version: 5,
          partner: { id: winners[0]!.user.id },
        });
        expect((await eventsOf(order.id)).filter((type) => type === 'assigned')).toHaveLength(1);
        expect(await carrying(ids)).toBe(1);
        await winners[0]!.post(`/delivery/${order.id}/release`, { reason: 'next round' });
        await customer.post(`/orders/${order.id}/cancel`);
        expect(await carrying(ids)).toBe(0);
      }
    },
    3 * MINUTES,
  );

  it(
    'sells a stock of 10 to exactly ten of 80 buyers, to the last piece',
    async () => {
      const buyers = await Promise.all(times(80, () => server.customer()));
      const { id } = await server.product({ stock: 10 });
      const answers = await Promise.all(buyers.map((buyer) => buyer.placeOrder([{ productId: id, quantity: 1 }])));
      expect([count(answers, 201), count(answers, 409)]).toEqual([10, 70]);
      const refused = answers.filter(({ status }) => status !== 201).map(refusal);
      expect(refused).toEqual(refused.map(() => [409, 'OUT_OF_STOCK']));
      expect(await stockOf(server, id)).toBe(0);
      expect(
        await server.database.collection('orders').countDocuments({ 'items.productId': new Types.ObjectId(id) }),
      ).toBe(10);
    },
    MINUTES,
  );

  it(
    'loads a partner who accepts 20 orders at once with exactly as many as they can carry',
    async () => {
      const partner = await server.partner();
      const orders = await Promise.all(times(20, () => server.readyOrder()));
      const answers = await Promise.all(orders.map(({ id }) => partner.accept(id)));
      expect([count(answers, 200), count(answers, 409)]).toEqual([CAPACITY, 20 - CAPACITY]);
      expect(answers.filter(({ status }) => status === 409).map(refusal)).toEqual(
        times(20 - CAPACITY, () => [409, 'PARTNER_BUSY']),
      );
      expect((await partner.get<DeliveryStats>('/delivery/stats')).body.activeDeliveries).toBe(CAPACITY);
      const taken = await Promise.all(orders.map(({ id }) => read(id)));
      expect(taken.filter(({ partner: by }) => by?.id === partner.user.id)).toHaveLength(CAPACITY);
      expect(taken.filter(({ status }) => status === 'ready')).toHaveLength(20 - CAPACITY);
    },
    MINUTES,
  );

  describe.each(times(10, (round) => round + 1))('round %i', () => {
    it('an accept and a cancellation agree on who was first, and the stock is back', async () => {
      const [customer, partner] = [await server.customer(), await server.partner()];
      const { id } = await server.product({ stock: 5 });
      const order = (await customer.placeOrder([{ productId: id, quantity: 2 }])).body;
      const [accepted, cancelled] = await Promise.all([
        partner.accept(order.id),
        customer.post<Order>(`/orders/${order.id}/cancel`),
      ]);
      // a cancellation is still allowed after the accept, an accept not after the cancellation
      expect(cancelled.status).toBe(200);
      const first = accepted.status === 200;
      if (!first) expect(refusal(accepted)).toEqual([409, 'INVALID_TRANSITION']);
      expect(await read(order.id)).toMatchObject({ status: 'cancelled', version: first ? 6 : 5 });
      expect(await carrying([partner.user.id])).toBe(0);
      expect(await stockOf(server, id)).toBe(5);
    });

    it('an accept and an assignment give the order to one of the two', async () => {
      const [quick, chosen] = await server.partners(2);
      const order = await server.readyOrder();
      const [accepted, assigned] = await Promise.all([
        quick!.accept(order.id),
        admin.put<Order>(`/orders/${order.id}/assign`, { partnerId: chosen!.user.id }),
      ]);
      expect([accepted.status, assigned.status].sort()).toEqual([200, 409]);
      const winner = accepted.status === 200 ? quick! : chosen!;
      expect((await read(order.id)).partner?.id).toBe(winner.user.id);
      expect(await carrying([quick!.user.id, chosen!.user.id])).toBe(1);
      expect((await eventsOf(order.id)).filter((type) => type === 'assigned')).toHaveLength(1);
    });

    it('an order is held by one of ten who lock it at once, and an accept of the others is refused', async () => {
      const partners = await server.partners(10);
      const order = await server.readyOrder();
      const answers = await Promise.all(partners.map((partner) => partner.post(`/delivery/${order.id}/lock`)));
      expect([count(answers, 200), count(answers, 423)]).toEqual([1, 9]);
      const holder = partners.findIndex((_, index) => answers[index]!.status === 200);
      const accepts = await Promise.all(partners.map((partner) => partner.accept(order.id)));
      expect(accepts[holder]!.status).toBe(200);
      for (const [index, answer] of accepts.entries()) {
        if (index !== holder) expect([409, 423]).toContain(answer.status);
      }
      expect((await read(order.id)).partner?.id).toBe(partners[holder]!.user.id);
    });

    it('one partner holds one order, however many they lock at once', async () => {
      const partner = await server.partner();
      const orders = await Promise.all(times(4, () => server.readyOrder()));
      const answers = await Promise.all(orders.map(({ id }) => partner.post(`/delivery/${id}/lock`)));
      expect(count(answers, 200)).toBe(4);
      const held = (await Promise.all(orders.map(({ id }) => read(id)))).filter(({ lock }) => lock !== null);
      expect(held).toHaveLength(1);
    });

    it('ten cancellations put the stock back once', async () => {
      const customer = await server.customer();
      const { id } = await server.product({ stock: 5 });
      const order = (await customer.placeOrder([{ productId: id, quantity: 3 }])).body;
      const answers = await Promise.all(times(10, () => customer.post(`/orders/${order.id}/cancel`)));
      expect(count(answers, 200)).toBe(10);
      expect(await stockOf(server, id)).toBe(5);
      expect(await read(order.id)).toMatchObject({ status: 'cancelled', version: 5 });
    });

    it('a customer’s and an admin’s cancellation put the stock back once', async () => {
      const customer = await server.customer();
      const { id } = await server.product({ stock: 5 });
      const order = (await customer.placeOrder([{ productId: id, quantity: 3 }], { paymentMethod: 'card' })).body;
      const answers = await Promise.all([
        customer.post(`/orders/${order.id}/cancel`),
        admin.move(order.id, 'cancelled', { note: 'sold out' }),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      expect(await stockOf(server, id)).toBe(5);
      expect((await eventsOf(order.id)).filter((type) => type === 'payment')).toHaveLength(2);
      expect((await read(order.id)).paymentStatus).toBe('refunded');
    });
  });

  it(
    'crosswise baskets wait for each other and never block',
    async () => {
      const buyers = await Promise.all(times(20, () => server.customer()));
      const products = await Promise.all(times(3, () => server.product({ stock: 1000 })));
      const lines = products.map(({ id }) => ({ productId: id, quantity: 1 }));
      const answers = await Promise.all(
        buyers.map((buyer, index) => buyer.placeOrder(index % 2 ? lines : [...lines].reverse())),
      );
      expect(count(answers, 201)).toBe(20);
      const cancelled = await Promise.all(
        buyers.map((buyer, index) =>
          index % 2 ? buyer.post(`/orders/${answers[index]!.body.id}/cancel`) : buyer.placeOrder([...lines].reverse()),
        ),
      );
      expect([count(cancelled, 200), count(cancelled, 201)]).toEqual([10, 10]);
      for (const { id } of products) expect(await stockOf(server, id)).toBe(980);
    },
    MINUTES,
  );
});
