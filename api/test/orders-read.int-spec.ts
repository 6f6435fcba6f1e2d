import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Order, OrderEvent, OrderPage, Page } from '@qc/contracts';
import { Types } from 'mongoose';
import type { Client } from './support/client';
import { carry, refusal } from './support/steps';
import { TestServer } from './support/test-server';

const HOUR = 3_600_000;

describe('reading orders', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(() => server.stop());

  const ids = (page: OrderPage): string[] => page.items.map(({ id }) => id);
  const place = async (customer: Client, count: number): Promise<Order[]> => {
    const { id } = await server.product();
    const placed: Order[] = [];
    for (let n = 0; n < count; n += 1) {
      placed.push((await customer.placeOrder([{ productId: id, quantity: 1 }])).body);
    }
    return placed;
  };

  describe('a list', () => {
    it('holds one’s own orders, newest first; an admin’s holds everybody’s', async () => {
      const [one, other] = [await server.customer(), await server.customer()];
      const [first, second] = await place(one, 2);
      const [foreign] = await place(other, 1);
      const partner = await server.partner();
      await partner.accept(first!.id);
      expect(ids((await one.get<OrderPage>('/orders')).body)).toEqual([second!.id, first!.id]);
      expect(ids((await partner.get<OrderPage>('/orders')).body)).toEqual([first!.id]);
      const admin = await server.admin();
      const all = ids((await admin.get<OrderPage>('/orders?limit=3')).body);
      expect(all).toEqual([foreign!.id, second!.id, first!.id]);
    });

    it('is filtered by one status or by several, comma-separated', async () => {
      const customer = await server.customer();
      const [gone, ready, taken] = await place(customer, 3);
      await customer.post(`/orders/${gone!.id}/cancel`);
      await (await server.partner()).accept(taken!.id);
      const list = async (status: string) => ids((await customer.get<OrderPage>(`/orders?status=${status}`)).body);
      expect(await list('ready')).toEqual([ready!.id]);
      expect(await list('cancelled,assigned')).toEqual([taken!.id, gone!.id]);
      expect(await list('failed')).toEqual([]);
      expect(refusal(await customer.get('/orders?status=ready,lost'))).toEqual([400, 'VALIDATION_FAILED']);
    });

    it('is cut by time: from is in, to is out', async () => {
      const customer = await server.customer();
      const [first] = await place(customer, 1);
      server.advance(HOUR);
      const [second] = await place(customer, 1);
      const list = async (query: string) => ids((await customer.get<OrderPage>(`/orders?${query}`)).body);
      expect(await list(`from=${second!.placedAt}`)).toEqual([second!.id]);
      expect(await list(`to=${second!.placedAt}`)).toEqual([first!.id]);
      expect(await list(`from=${first!.placedAt}&to=${second!.placedAt}`)).toEqual([first!.id]);
      expect(refusal(await customer.get('/orders?from=yesterday'))).toEqual([400, 'VALIDATION_FAILED']);
    });

    it('is paged without holes and without doubles, even while new orders come in', async () => {
      const customer = await server.customer();
      const placed = (await place(customer, 7)).map(({ id }) => id).reverse();
      // several orders of one instant: only the id tells them apart
      await server.database
        .collection('orders')
        .updateMany({ _id: { $in: placed.slice(1, 5).map((id) => new Types.ObjectId(id)) } }, [
          { $set: { placedAt: new Date(placedTime(placed[3]!)) } },
        ]);
      const expected = ids((await customer.get<OrderPage>('/orders?limit=100')).body);
      const seen: string[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page: OrderPage = (await customer.get<OrderPage>(`/orders?limit=2${cursor && `&cursor=${cursor}`}`)).body;
        expect(page.items.length).toBeLessThanOrEqual(2);
        seen.push(...ids(page));
        cursor = page.nextCursor;
        await place(customer, 1);
      }
      expect(seen).toEqual(expected);
      expect([...seen].sort()).toEqual([...placed].sort());
    });

    it('refuses a limit beyond 100 and a cursor that is not ours', async () => {
      const customer = await server.customer();
      for (const query of ['limit=0', 'limit=101', 'limit=ten', 'cursor=%7B%7D', 'cursor=W10', 'skip=2']) {
        expect(refusal(await customer.get(`/orders?${query}`))).toEqual([400, 'VALIDATION_FAILED']);
      }
    });
  });

  describe('one order', () => {
    it('does not exist for a stranger, whatever they do with it', async () => {
      const order = await server.readyOrder();
      const stranger = await server.customer();
      const idle = await server.partner({ available: false });
      const answers = [
        await stranger.get(`/orders/${order.id}`),
        await stranger.get(`/orders/${order.id}/events`),
        await stranger.get(`/orders/${order.id}/cancellation`),
        await stranger.post(`/orders/${order.id}/cancel`),
        await stranger.post(`/orders/${order.id}/rating`, { score: 5 }),
        await stranger.post(`/orders/${order.id}/reorder`),
        await stranger.move(order.id, 'cancelled'),
        await idle.get(`/orders/${order.id}`),
        await idle.move(order.id, 'picked_up'),
        await stranger.get(`/orders/${new Types.ObjectId().toHexString()}`),
      ];
      expect(answers.map(refusal)).toEqual(answers.map(() => [404, 'ORDER_NOT_FOUND']));
      expect(refusal(await stranger.get('/orders/nonsense'))).toEqual([400, 'VALIDATION_FAILED']);
      expect(refusal(await server.anonymous().get(`/orders/${order.id}`))).toEqual([401, 'UNAUTHENTICATED']);
    });

    it('carries its version as ETag', async () => {
      const customer = await server.customer();
      const { id } = await server.readyOrder(customer);
      await (await server.partner()).accept(id);
      const { headers, body } = await customer.get<Order>(`/orders/${id}`);
      expect([headers.get('etag'), body.version]).toEqual(['"5"', 5]);
    });

    it('is kept by no browser: place, lock and arrival change without a new version', async () => {
      const customer = await server.customer();
      const { id } = await server.readyOrder(customer);
      expect((await customer.get(`/orders/${id}`)).headers.get('cache-control')).toBe('no-store');
    });

    it('shows the courier’s name, phone, vehicle and place to the customer while under way', async () => {
      const customer = await server.customer();
      const partner = await server.partner({ firstName: 'Meera' });
      const { id } = await server.assignedOrder(partner, customer);
      await partner.post('/delivery/location', { points: [{ lat: 12.95, lng: 77.61, at: new Date().toISOString() }] });
      const phone = partner.user.profile.phone;
      expect((await customer.get<Order>(`/orders/${id}`)).body.partner).toEqual({
        id: partner.user.id,
        firstName: 'Meera',
        phone,
        vehicleType: 'bike',
        location: { lat: 12.95, lng: 77.61 },
      });
      await carry(partner, id, 'delivered');
      const after = (await customer.get<Order>(`/orders/${id}`)).body.partner;
      expect(after).toEqual({ id: partner.user.id, firstName: 'Meera', vehicleType: 'bike' });
    });

    it('shows a partner the person and the whole address only while it is in their hands', async () => {
      const customer = await server.customer('Asha');
      const address = { street: '5 Park Lane', city: 'Bengaluru', zipCode: '560038', instructions: 'blue door' };
      const order = await server.readyOrder(customer, { deliveryAddress: address, note: 'no bell' });
      const partner = await server.partner();
      const browsed = (await partner.get<Order>(`/orders/${order.id}`)).body;
      expect(browsed.deliveryAddress).toEqual({ street: '5 Park Lane', city: 'Bengaluru', zipCode: '560038' });
      expect(browsed).not.toHaveProperty('customer');
      expect(browsed).not.toHaveProperty('note');
      expect(browsed).not.toHaveProperty('trackingUrl');
      expect(JSON.stringify(browsed)).not.toMatch(new RegExp(`Asha|${customer.user.id}|test\\.example|\\+91`));
      const own = (await partner.accept(order.id)).body;
      expect(own).toMatchObject({ deliveryAddress: address, note: 'no bell', tripPay: expect.any(Number) });
      expect(own.customer).toEqual({ id: customer.user.id, firstName: 'Asha', phone: customer.user.profile.phone });
      expect(own).not.toHaveProperty('trackingUrl');
      await carry(partner, order.id, 'delivered');
      const past = (await partner.get<Order>(`/orders/${order.id}`)).body;
      expect(past.customer).toEqual({ id: customer.user.id, firstName: 'Asha' });
      expect(past.deliveryAddress).not.toHaveProperty('instructions');
    });
  });

  it('gives the events after a seq, each with the order as it then stood', async () => {
    const customer = await server.customer();
    const partner = await server.partner();
    const { id } = await server.assignedOrder(partner, customer);
    await carry(partner, id, 'delivered');
    const { body } = await customer.get<Page<OrderEvent>>(`/orders/${id}/events?after=4`);
    expect(body.items.map(({ seq, type }) => [seq, type])).toEqual([
      [5, 'assigned'],
      [6, 'picked_up'],
      [7, 'in_transit'],
      [8, 'delivered'],
    ]);
    expect(body.items.map(({ order }) => order.history.length)).toEqual([5, 6, 7, 8]);
    expect(body.items.map(({ order }) => order.paymentStatus)).toEqual(['pending', 'pending', 'pending', 'paid']);
    expect(body.items.map(({ order }) => order.deliveredAt !== undefined)).toEqual([false, false, false, true]);
    expect((await customer.get<Page<OrderEvent>>(`/orders/${id}/events?after=8`)).body.items).toEqual([]);
    expect(refusal(await customer.get(`/orders/${id}/events?after=-1`))).toEqual([400, 'VALIDATION_FAILED']);
  });
});

/** The time that is in an ObjectId, milliseconds. */
function placedTime(id: string): number {
  return new Types.ObjectId(id).getTimestamp().getTime();
}
