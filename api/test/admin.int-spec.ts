import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type {
  DashboardData,
  DeliveryStats,
  LiveStats,
  Order,
  OrderPage,
  PartnerSummary,
  PartnerSummaryPage,
  SettingsView,
  UserAnswer,
} from '@qc/contracts';
import { Types } from 'mongoose';
import { DEMO_PASSWORD } from '../src/demo/demo-shop';
import type { Client } from './support/client';
import { carry, refusal } from './support/steps';
import { TestServer } from './support/test-server';

const UNKNOWN = new Types.ObjectId().toHexString();

describe('an admin', () => {
  let server: TestServer;
  let admin: Client;
  beforeAll(async () => {
    server = await TestServer.start();
    admin = await server.admin();
  });
  afterAll(() => server.stop());

  const assign = (orderId: string, partnerId: string) => admin.put<Order>(`/orders/${orderId}/assign`, { partnerId });
  const activeOf = async (partner: Client) =>
    (await partner.get<DeliveryStats>('/delivery/stats')).body.activeDeliveries;

  it.each([
    ['GET', '/admin/orders'],
    ['GET', '/admin/delivery-partners'],
    ['GET', '/admin/live-stats'],
    ['GET', '/admin/dashboard-data'],
    ['GET', '/admin/settings'],
    ['PUT', '/admin/settings'],
    ['PUT', `/orders/${UNKNOWN}/assign`],
    ['PUT', `/admin/orders/${UNKNOWN}/assign`],
    ['PUT', `/admin/orders/${UNKNOWN}/unassign`],
    ['PUT', `/admin/users/${UNKNOWN}/active`],
  ] as const)('alone may %s %s', async (method, path) => {
    const ask = (who: Client) => (method === 'GET' ? who.get(path) : who.put(path, {}));
    expect(refusal(await ask(await server.customer()))).toEqual([403, 'FORBIDDEN']);
    expect(refusal(await ask(await server.partner()))).toEqual([403, 'FORBIDDEN']);
    expect(refusal(await ask(server.anonymous()))).toEqual([401, 'UNAUTHENTICATED']);
  });

  describe('assigning', () => {
    it.each(['orders', 'admin/orders'])('by PUT /%s/:id/assign gives the order, online or not', async (path) => {
      const partner = await server.partner({ available: false });
      const order = await server.readyOrder();
      const answer = await admin.put<Order>(`/${path}/${order.id}/assign`, { partnerId: partner.user.id });
      expect(answer).toMatchObject({ status: 200, body: { status: 'assigned', version: 5 } });
      expect(answer.headers.get('etag')).toBe('"5"');
      expect(answer.body).toMatchObject({ partner: { id: partner.user.id }, tripPay: expect.any(Number) });
      expect(answer.body.history.at(-1)!.by).toEqual({ id: admin.user.id, role: 'admin' });
      expect((await carry(partner, order.id, 'delivered')).status).toBe('delivered');
    });

    it('again to the same partner is 200, to another 409', async () => {
      const [partner, other] = await server.partners(2);
      const order = await server.readyOrder();
      await assign(order.id, partner!.user.id);
      expect((await assign(order.id, partner!.user.id)).body.version).toBe(5);
      expect(refusal(await assign(order.id, other!.user.id))).toEqual([409, 'ORDER_ALREADY_ASSIGNED']);
      expect([await activeOf(partner!), await activeOf(other!)]).toEqual([1, 0]);
    });

    it('respects the capacity of whoever it assigns', async () => {
      const partner = await server.partner();
      await server.assignedOrder(partner);
      const order = await server.readyOrder();
      expect(refusal(await assign(order.id, partner.user.id))).toEqual([409, 'PARTNER_BUSY']);
      expect((await admin.get<Order>(`/orders/${order.id}`)).body).toMatchObject({ status: 'ready', version: 4 });
    });

    it('knows only partners who may work', async () => {
      const order = await server.readyOrder();
      const customer = await server.customer();
      const gone = await server.partner();
      await admin.put(`/admin/users/${gone.user.id}/active`, { active: false });
      for (const id of [UNKNOWN, customer.user.id, gone.user.id]) {
        expect(refusal(await assign(order.id, id))).toEqual([404, 'PARTNER_NOT_FOUND']);
      }
      const partner = await server.partner();
      expect(refusal(await assign(UNKNOWN, partner.user.id))).toEqual([404, 'ORDER_NOT_FOUND']);
      expect(refusal(await assign(order.id, 'nonsense'))).toEqual([400, 'VALIDATION_FAILED']);
    });

    it('is taken back with a reason: the partner is free, the order waits again', async () => {
      const partner = await server.partner();
      const order = await server.assignedOrder(partner);
      const path = `/admin/orders/${order.id}/unassign`;
      expect(refusal(await admin.put(path))).toEqual([400, 'REASON_REQUIRED']);
      const back = await admin.put<Order>(path, { reason: 'too slow' });
      expect(back).toMatchObject({ status: 200, body: { status: 'ready', partner: null, version: 6 } });
      expect((await admin.put<Order>(path, { reason: 'too slow' })).body.version).toBe(6);
      expect(await activeOf(partner)).toBe(0);
      expect(refusal(await admin.put(`/admin/orders/${UNKNOWN}/unassign`, { reason: 'x' }))).toEqual([
        404,
        'ORDER_NOT_FOUND',
      ]);
    });

    it('is only taken back from somebody who has it: unassign is no way around preparing', async () => {
      const partner = await server.partner();
      const order = await server.assignedOrder(partner);
      await carry(partner, order.id, 'in_transit');
      await partner.move(order.id, 'failed', { note: 'nobody at home' });
      const failed = await admin.put(`/admin/orders/${order.id}/unassign`, { reason: 'x' });
      expect(refusal(failed)).toEqual([409, 'INVALID_TRANSITION']);
      await server.settings({ autoReady: false });
      const waiting = await server.readyOrder();
      await server.settings({ autoReady: true });
      await admin.move(waiting.id, 'preparing');
      const preparing = await admin.put(`/admin/orders/${waiting.id}/unassign`, { reason: 'x' });
      expect(refusal(preparing)).toEqual([409, 'INVALID_TRANSITION']);
    });
  });

  describe('reading', () => {
    it('finds orders by status, partner, customer, time and the beginning of a number', async () => {
      const [customer, partner] = [await server.customer(), await server.partner()];
      const [waiting, taken] = [await server.readyOrder(customer), await server.assignedOrder(partner, customer)];
      const find = async (query: string) =>
        (await admin.get<OrderPage>(`/admin/orders?limit=100&${query}`)).body.items.map(({ id }) => id);
      const mine = `customerId=${customer.user.id}`;
      expect(await find(mine)).toEqual([taken.id, waiting.id]);
      expect(await find(`${mine}&status=ready`)).toEqual([waiting.id]);
      expect(await find(`${mine}&status=ready,assigned`)).toEqual([taken.id, waiting.id]);
      expect(await find(`partnerId=${partner.user.id}`)).toEqual([taken.id]);
      expect(await find(`${mine}&from=${taken.placedAt}`)).toEqual([taken.id]);
      expect(await find(`${mine}&to=${taken.placedAt}`)).toEqual([waiting.id]);
      expect(await find(`q=${waiting.number}`)).toEqual([waiting.id]);
      expect(await find(`${mine}&q=${waiting.number.slice(3, 7).toLowerCase()}`)).toEqual([waiting.id]);
      expect(refusal(await admin.get('/admin/orders?q=.*'))).toEqual([400, 'VALIDATION_FAILED']);
      expect(refusal(await admin.get('/admin/orders?partnerId=x'))).toEqual([400, 'VALIDATION_FAILED']);
    });

    it('pages through the partners, newest first, each with what they are doing', async () => {
      const partner = await server.partner({ firstName: 'Meera' });
      await server.assignedOrder(partner);
      await partner.post('/delivery/location', { points: [{ lat: 12.9, lng: 77.6, at: new Date().toISOString() }] });
      const seen: PartnerSummary[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const path = `/admin/delivery-partners?limit=2${cursor && `&cursor=${cursor}`}`;
        const page: PartnerSummaryPage = (await admin.get<PartnerSummaryPage>(path)).body;
        seen.push(...page.items);
        cursor = page.nextCursor;
      }
      expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
      expect(seen).toHaveLength(await server.database.collection('partners').countDocuments());
      expect(seen[0]).toEqual({
        id: partner.user.id,
        email: partner.user.email,
        firstName: 'Meera',
        phone: partner.user.profile.phone,
        active: true,
        available: true,
        activeDeliveries: 1,
        deliveriesToday: 0,
        vehicle: { type: 'bike' },
        rating: null,
        location: { lat: 12.9, lng: 77.6, at: expect.any(String) },
      });
      await carry(partner, (await partner.get<OrderPage>('/orders')).body.items[0]!.id, 'delivered');
      const [after] = (await admin.get<PartnerSummaryPage>('/admin/delivery-partners?limit=1')).body.items;
      expect(after).toMatchObject({ activeDeliveries: 0, deliveriesToday: 1 });
    });

    it('counts what is going on as it changes', async () => {
      const stats = async () => (await admin.get<LiveStats>('/admin/live-stats')).body;
      const before = await stats();
      const partner = await server.partner();
      const order = await server.readyOrder();
      const placed = await stats();
      expect(placed.byStatus.ready).toBe(before.byStatus.ready + 1);
      expect(placed.unassigned).toBe(placed.byStatus.ready);
      expect(placed.openOrders).toBe(before.openOrders + 1);
      expect(placed.partners.total).toBe(before.partners.total + 1);
      expect(placed.partners.online).toBe(before.partners.online + 1);
      await partner.accept(order.id);
      expect((await stats()).partners.busy).toBe(before.partners.busy + 1);
      await carry(partner, order.id, 'delivered');
      const after = await stats();
      expect(after).toMatchObject({ openOrders: before.openOrders, partners: { busy: before.partners.busy } });
      expect(after.byStatus.delivered).toBe(before.byStatus.delivered + 1);
    });

    it('sees the day on one page', async () => {
      const board = async () => (await admin.get<DashboardData>('/admin/dashboard-data')).body;
      const before = await board();
      const partner = await server.partner();
      const order = await server.assignedOrder(partner);
      await carry(partner, order.id, 'delivered');
      const waiting = await server.readyOrder();
      const after = await board();
      expect(after.today.orders).toBe(before.today.orders + 2);
      expect(after.today.delivered).toBe(before.today.delivered + 1);
      expect(after.today.revenue).toBe(before.today.revenue + order.total);
      expect(after.today.medianDeliverySeconds).toEqual(expect.any(Number));
      expect(after.currency).toBe('INR');
      expect(after.recent.map(({ id }) => id).slice(0, 2)).toEqual([waiting.id, order.id]);
      const waits = after.longestWaiting.map(({ placedAt }) => placedAt);
      expect(waits).toEqual([...waits].sort());
      expect(after.longestWaiting.every(({ status }) => status === 'ready')).toBe(true);
      expect(after.live.byStatus).toEqual((await admin.get<LiveStats>('/admin/live-stats')).body.byStatus);
    });
  });

  describe('switching an account off', () => {
    const setActive = (id: string, active: boolean) => admin.put<UserAnswer>(`/admin/users/${id}/active`, { active });

    it('ends its sessions and sockets at once, and it cannot sign in until it is on again', async () => {
      const customer = await server.customer();
      const socket = await customer.connect();
      const closed = once(socket as never, 'disconnect');
      const answer = await setActive(customer.user.id, false);
      expect(answer).toMatchObject({ status: 200, body: { user: { id: customer.user.id, active: false } } });
      expect(await closed).toContain('io server disconnect');
      expect(refusal(await customer.get('/auth/me'))).toEqual([401, 'UNAUTHENTICATED']);
      expect(refusal(await customer.post('/auth/refresh', undefined, { cookie: customer.cookie! }))[0]).toBe(401);
      const login = { email: customer.user.email, password: 'correct horse' };
      expect((await server.anonymous().post('/auth/login', login)).status).toBe(401);
      expect((await setActive(customer.user.id, true)).body.user.active).toBe(true);
      expect((await server.anonymous().post('/auth/login', login)).status).toBe(200);
    });

    it('takes a partner off work, lets go of their lock, and leaves the order under way with them', async () => {
      const [holder, courier, other] = await server.partners(3);
      const [held, carried] = [await server.readyOrder(), await server.assignedOrder(courier!)];
      await holder!.post(`/delivery/${held.id}/lock`);
      for (const partner of [holder!, courier!]) await setActive(partner.user.id, false);
      expect((await other!.accept(held.id)).status).toBe(200);
      const order = (await admin.get<Order>(`/orders/${carried.id}`)).body;
      expect(order).toMatchObject({ status: 'assigned', partner: { id: courier!.user.id } });
      const back = await setActive(courier!.user.id, true);
      expect(back.body.user.availability).toEqual({ available: false, activeDeliveries: 1 });
    });

    it('knows who exists, and never oneself', async () => {
      expect(refusal(await setActive(UNKNOWN, false))).toEqual([404, 'USER_NOT_FOUND']);
      expect(refusal(await setActive(admin.user.id, false))).toEqual([400, 'VALIDATION_FAILED']);
      expect((await server.anonymous().signIn('admin@demo.test', DEMO_PASSWORD)).user.active).toBe(true);
    });
  });

  it('changes how the store works, one setting at a time, for orders from then on', async () => {
    const before = (await admin.get<SettingsView>('/admin/settings')).body;
    expect(before).toMatchObject({ autoReady: true, deliveryFee: 2900, open: true, currency: 'INR' });
    const changed = await admin.put<SettingsView>('/admin/settings', { deliveryFee: 0 });
    expect(changed).toMatchObject({ status: 200, body: { ...before, deliveryFee: 0 } });
    expect((await server.readyOrder()).deliveryFee).toBe(0);
    await admin.put('/admin/settings', { deliveryFee: 2900 });
    expect((await admin.get<SettingsView>('/admin/settings')).body).toEqual(before);
    for (const bad of [{ deliveryFee: -1 }, { deliveryFee: 1.5 }, { timeZone: 'Mars/Base' }, { color: 'red' }]) {
      expect(refusal(await admin.put('/admin/settings', bad))).toEqual([400, 'VALIDATION_FAILED']);
    }
    expect(refusal(await admin.get(`/admin/settings?storeId=${UNKNOWN}`))).toEqual([404, 'STORE_NOT_FOUND']);
  });
});
