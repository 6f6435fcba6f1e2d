import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DeliveryOrders, DeliveryStats, Earnings, Order, OrderPage } from '@qc/contracts';
import { Types } from 'mongoose';
import type { Client } from './support/client';
import { carry, refusal } from './support/steps';
import { TestServer } from './support/test-server';

/** Store to this door: 1 km of latitude, whose trip pays 2500 + 800 a km. */
const DOOR = { street: '1 Lane', location: { lat: 12.9719 + 1 / 111.195, lng: 77.6412 } };
const TRIP_PAY = 3300;

describe('a partner at work', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(() => server.stop());

  const ids = (page: OrderPage): string[] => page.items.map(({ id }) => id);
  const setAvailable = (partner: Client, available: unknown) => partner.put('/delivery/availability', { available });

  describe('going online and offline', () => {
    it('is the partner’s own call: 204, and seen in their account', async () => {
      const partner = await server.partner({ available: false });
      const me = async () => (await partner.get<{ user: { availability: object } }>('/auth/me')).body.user.availability;
      expect(await me()).toEqual({ available: false, activeDeliveries: 0 });
      expect((await setAvailable(partner, true)).status).toBe(204);
      expect(await me()).toEqual({ available: true, activeDeliveries: 0 });
      expect((await setAvailable(partner, true)).status).toBe(204);
      expect(refusal(await setAvailable(partner, 'yes'))).toEqual([400, 'VALIDATION_FAILED']);
    });

    it('is not undone by a lost socket', async () => {
      const partner = await server.partner();
      const socket = await partner.connect();
      socket.disconnect();
      expect((await partner.accept((await server.readyOrder()).id)).status).toBe(200);
    });

    it('keeps what is under way: an offline partner still delivers, and takes nothing new', async () => {
      const partner = await server.partner();
      const order = await server.assignedOrder(partner);
      expect((await setAvailable(partner, false)).status).toBe(204);
      expect((await carry(partner, order.id, 'delivered')).status).toBe('delivered');
      const next = await server.readyOrder();
      expect(refusal(await partner.accept(next.id))).toEqual([409, 'PARTNER_OFFLINE']);
    });

    it('is for partners', async () => {
      const customer = await server.customer();
      for (const path of ['/delivery/orders', '/delivery/stats', '/delivery/earnings']) {
        expect(refusal(await customer.get(path))).toEqual([403, 'FORBIDDEN']);
      }
      expect(refusal(await setAvailable(customer, true))).toEqual([403, 'FORBIDDEN']);
    });
  });

  describe('the list of what waits', () => {
    it('is oldest first, paged, and holds no person', async () => {
      const partner = await server.partner();
      const customer = await server.customer('Zarina');
      const orders = [];
      for (let n = 0; n < 3; n += 1) orders.push(await server.readyOrder(customer, { note: 'a secret note' }));
      const all = (await partner.get<OrderPage>('/orders/unassigned?limit=100')).body;
      expect(ids(all).slice(-3)).toEqual(orders.map(({ id }) => id));
      expect(JSON.stringify(all)).not.toMatch(/Zarina|a secret note|test\.example|\+91|trackingUrl|"customer":/);
      const seen: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const path = `/orders/unassigned?limit=2${cursor && `&cursor=${cursor}`}`;
        const page: OrderPage = (await partner.get<OrderPage>(path)).body;
        seen.push(...ids(page));
        cursor = page.nextCursor;
      }
      expect(seen).toEqual(ids(all));
      await partner.accept(orders[1]!.id);
      expect(ids((await partner.get<OrderPage>('/orders/unassigned?limit=100')).body)).not.toContain(orders[1]!.id);
    });

    it('is empty for a partner who is offline, whole for an admin, nothing for a customer', async () => {
      const customer = await server.customer();
      const order = await server.readyOrder(customer);
      const idle = await server.partner({ available: false });
      expect((await idle.get<OrderPage>('/orders/unassigned')).body.items).toEqual([]);
      const admin = await server.admin();
      const seen = (await admin.get<OrderPage>('/orders/unassigned?limit=100')).body.items;
      expect(seen.find(({ id }) => id === order.id)).toMatchObject({ customer: { id: customer.user.id } });
      expect(refusal(await customer.get('/orders/unassigned'))).toEqual([403, 'FORBIDDEN']);
    });
  });

  describe('accepting', () => {
    it.each(['orders', 'delivery'])('by POST /%s/:id/accept gives the order to the partner', async (path) => {
      const partner = await server.partner();
      const order = await server.readyOrder();
      const answer = await partner.post<Order>(`/${path}/${order.id}/accept`);
      expect(answer).toMatchObject({ status: 200, body: { status: 'assigned', version: 5, lock: null } });
      expect(answer.headers.get('etag')).toBe('"5"');
      expect(answer.body.partner).toMatchObject({ id: partner.user.id });
    });

    it('again by the winner is 200 without a new version, by either path, even offline by then', async () => {
      const partner = await server.partner();
      const order = await server.assignedOrder(partner);
      await setAvailable(partner, false);
      for (const path of ['orders', 'delivery']) {
        const answer = await partner.post<Order>(`/${path}/${order.id}/accept`);
        expect(answer).toMatchObject({ status: 200, body: { status: 'assigned', version: 5 } });
      }
      expect((await partner.get<DeliveryStats>('/delivery/stats')).body.activeDeliveries).toBe(1);
    });

    it('what another has is 409 and names the state that won', async () => {
      const [winner, loser] = await server.partners(2);
      const order = await server.assignedOrder(winner!);
      for (const state of ['assigned', 'picked_up', 'in_transit', 'delivered'] as const) {
        if (state !== 'assigned') await winner!.move(order.id, state);
        const answer = await loser!.accept(order.id);
        expect(refusal(answer)).toEqual([409, 'ORDER_ALREADY_ASSIGNED']);
        expect(answer.body).toMatchObject({ state });
      }
      expect(refusal(await loser!.get(`/orders/${order.id}`))).toEqual([404, 'ORDER_NOT_FOUND']);
    });

    it('a second order is 409 while the hands are full, and takes nothing', async () => {
      const partner = await server.partner();
      await server.assignedOrder(partner);
      const second = await server.readyOrder();
      expect(refusal(await partner.accept(second.id))).toEqual([409, 'PARTNER_BUSY']);
      const admin = await server.admin();
      expect((await admin.get<Order>(`/orders/${second.id}`)).body).toMatchObject({ status: 'ready', version: 4 });
      expect((await partner.get<DeliveryStats>('/delivery/stats')).body.activeDeliveries).toBe(1);
    });

    it('what is not waiting is 409, what never was 404, what is no id 400', async () => {
      const [customer, partner] = [await server.customer(), await server.partner()];
      const order = await server.readyOrder(customer);
      await customer.post(`/orders/${order.id}/cancel`);
      const answer = await partner.accept(order.id);
      expect(refusal(answer)).toEqual([409, 'INVALID_TRANSITION']);
      expect(answer.body).toMatchObject({ from: 'cancelled', to: 'assigned', allowed: [] });
      expect(refusal(await partner.accept(new Types.ObjectId().toHexString()))).toEqual([404, 'ORDER_NOT_FOUND']);
      expect(refusal(await partner.accept('nonsense'))).toEqual([400, 'VALIDATION_FAILED']);
      expect(refusal(await customer.accept(order.id))).toEqual([403, 'FORBIDDEN']);
    });
  });

  describe('giving back', () => {
    it('needs a reason, frees the partner, and lets another take it', async () => {
      const [first, second] = await server.partners(2);
      const order = await server.assignedOrder(first!);
      const path = `/delivery/${order.id}/release`;
      expect(refusal(await first!.post(path))).toEqual([400, 'REASON_REQUIRED']);
      expect(refusal(await first!.post(path, { reason: '  ' }))).toEqual([400, 'REASON_REQUIRED']);
      expect(refusal(await second!.post(path, { reason: 'not mine' }))).toEqual([404, 'ORDER_NOT_FOUND']);
      const back = await first!.post<Order>(path, { reason: 'flat tyre' });
      expect(back).toMatchObject({ status: 200, body: { status: 'ready', partner: null, version: 6 } });
      expect(back.body).not.toHaveProperty('customer');
      expect((await first!.post<Order>(path, { reason: 'flat tyre' })).body.version).toBe(6);
      expect((await second!.accept(order.id)).status).toBe(200);
      expect((await first!.accept((await server.readyOrder()).id)).status).toBe(200);
    });

    it('is too late after the pick-up', async () => {
      const partner = await server.partner();
      const order = await server.assignedOrder(partner);
      await carry(partner, order.id, 'picked_up');
      const answer = await partner.post(`/delivery/${order.id}/release`, { reason: 'too far' });
      expect(refusal(answer)).toEqual([409, 'INVALID_TRANSITION']);
    });
  });

  describe('the own books', () => {
    it('hold what is under way and what is over, the day’s count, pay, tips and cash', async () => {
      const [customer, partner] = [await server.customer(), await server.partner()];
      const { id } = await server.product({ price: 1000 });
      const place = async (fields: object) =>
        (await customer.placeOrder([{ productId: id, quantity: 1 }], { deliveryAddress: DOOR, ...fields })).body;
      const [cash, card, open] = [
        await place({ tip: 700 }),
        await place({ paymentMethod: 'card', tip: 300 }),
        await place({}),
      ];
      for (const order of [cash, card]) {
        await partner.accept(order.id);
        await carry(partner, order.id, 'delivered');
      }
      await customer.post(`/orders/${cash.id}/rating`, { score: 5 });
      await customer.post(`/orders/${card.id}/rating`, { score: 4 });
      await partner.accept(open.id);
      const orders = (await partner.get<DeliveryOrders>('/delivery/orders')).body;
      expect(orders.active.map((order) => order.id)).toEqual([open.id]);
      expect(orders.past.map((order) => order.id)).toEqual([card.id, cash.id]);
      expect((await partner.get<DeliveryStats>('/delivery/stats')).body).toEqual({
        deliveriesToday: 2,
        earningsToday: 2 * TRIP_PAY + 1000,
        cashToday: cash.total,
        currency: 'INR',
        rating: 4.5,
        ratingCount: 2,
        activeDeliveries: 1,
        capacity: 1,
      });
      const earnings = (await partner.get<Earnings>('/delivery/earnings')).body;
      expect(earnings).toMatchObject({
        total: 2 * TRIP_PAY + 1000,
        tripPay: 2 * TRIP_PAY,
        tips: 1000,
        currency: 'INR',
      });
      expect(earnings.trips).toMatchObject([
        { orderId: card.id, number: card.number, tripPay: TRIP_PAY, tip: 300, total: TRIP_PAY + 300 },
        { orderId: cash.id, number: cash.number, tripPay: TRIP_PAY, tip: 700, total: TRIP_PAY + 700 },
      ]);
      const [later, earlier] = earnings.trips.map((trip) => trip.deliveredAt);
      const cut = `/delivery/earnings?from=${earlier}&to=${later}`;
      expect((await partner.get<Earnings>(cut)).body.trips.map(({ orderId }) => orderId)).toEqual([cash.id]);
      expect(refusal(await partner.get('/delivery/earnings?from=soon'))).toEqual([400, 'VALIDATION_FAILED']);
    });

    it('begin anew at midnight of the store', async () => {
      const partner = await server.partner();
      const order = await server.assignedOrder(partner);
      await carry(partner, order.id, 'delivered');
      server.advance(24 * 3_600_000);
      expect((await partner.get<DeliveryStats>('/delivery/stats')).body).toMatchObject({ deliveriesToday: 0 });
    });
  });
});
