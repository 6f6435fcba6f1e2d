import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AuditEntry, AuditPage, Order, PartnerBalances, Product, SettingsView } from '@qc/contracts';
import type { Client } from './support/client';
import { carry } from './support/steps';
import { TestServer } from './support/test-server';

describe('what an admin does is on record', () => {
  let server: TestServer;
  let admin: Client;
  beforeAll(async () => {
    server = await TestServer.start({ TRUST_PROXY: '1' });
    admin = await server.admin();
  });
  afterAll(() => server.stop());

  const about = async (targetId: string, query = ''): Promise<AuditEntry[]> =>
    (await admin.get<AuditPage>(`/admin/audit?targetId=${targetId}${query}`)).body.items;
  /** Signing in and out is theirs, not an admin's. */
  const byAdmin = (userId: string) => about(userId, `&actorId=${admin.user.id}`);
  const mine = () => ({ id: admin.user.id, role: 'admin' });

  it('with who, what, before, after, and from where', async () => {
    const product = await server.product({ name: 'Green tea', price: 900, stock: 5 });
    await admin.put(
      `/products/${product.id}`,
      { price: 950, stockDelta: 7, name: 'Green tea' },
      {
        'X-Forwarded-For': '203.0.113.9',
        'User-Agent': 'the till',
        'X-Request-Id': 'request-of-the-till',
      },
    );
    const [changed, created] = await about(product.id);
    expect(changed).toEqual({
      id: expect.any(String),
      at: expect.any(String),
      action: 'product.changed',
      by: mine(),
      target: { kind: 'product', id: product.id },
      before: { price: 900, stock: 5 },
      after: { price: 950, stock: 12 },
      from: { address: '203.0.113.9', userAgent: 'the till' },
      requestId: expect.any(String),
    });
    expect(created).toMatchObject({ action: 'product.created', after: { name: 'Green tea', price: 900, stock: 5 } });
  });

  it('but not what changed nothing, nor what was refused', async () => {
    const product = await server.product({ stock: 5 });
    await admin.put(`/products/${product.id}`, { name: product.name });
    await admin.put(`/products/${product.id}`, { stockDelta: -6 });
    await admin.delete(`/products/${product.id}`);
    await admin.delete(`/products/${product.id}`);
    const { storeId } = (await admin.get<SettingsView>('/admin/settings')).body;
    await admin.put('/admin/settings', { open: true });
    expect((await about(product.id)).map(({ action }) => action)).toEqual(['product.retired', 'product.created']);
    expect(await about(storeId)).toEqual([]);
  });

  it('settings: only what differs', async () => {
    const before = (await admin.get<SettingsView>('/admin/settings')).body;
    const change = { open: before.open, deliveryFee: before.deliveryFee + 100, name: 'The other shop' };
    const after = (await admin.put<SettingsView>('/admin/settings', change)).body;
    expect(after).toEqual({ ...before, ...change });
    expect(await about(before.storeId)).toMatchObject([
      {
        action: 'settings.changed',
        by: mine(),
        before: { deliveryFee: before.deliveryFee, name: before.name },
        after: { deliveryFee: before.deliveryFee + 100, name: 'The other shop' },
      },
    ]);
    await admin.put('/admin/settings', { deliveryFee: before.deliveryFee });
  });

  it('every move of an order, with its reason', async () => {
    const [first, second] = [await server.partner(), await server.partner()];
    const order = await server.readyOrder();
    await admin.put(`/admin/orders/${order.id}/assign`, { partnerId: first.user.id });
    await admin.put(`/admin/orders/${order.id}/assign`, { partnerId: first.user.id }); // a repeat
    await admin.put(`/admin/orders/${order.id}/unassign`, { reason: 'a flat tyre' });
    await admin.put(`/admin/orders/${order.id}/assign`, { partnerId: second.user.id });
    await admin.move(order.id, 'cancelled', { note: 'the shop burns' });
    const lines = (await about(order.id)).toReversed();
    const [one, two] = [first.user.id, second.user.id];
    expect(lines.map(({ action, before, after, reason }) => [action, before, after, reason])).toEqual([
      ['order.assigned', { status: 'ready' }, { status: 'assigned', partnerId: one, version: 5 }, undefined],
      ['order.released', { status: 'assigned', partnerId: one }, { status: 'ready', version: 6 }, 'a flat tyre'],
      ['order.assigned', { status: 'ready' }, { status: 'assigned', partnerId: two, version: 7 }, undefined],
      [
        'order.cancelled',
        { status: 'assigned', partnerId: two },
        { status: 'cancelled', partnerId: two, version: 8 },
        'the shop burns',
      ],
    ]);
    expect(lines.every(({ by }) => by.id === admin.user.id && by.role === 'admin')).toBe(true);
  });

  it('not the moves of others', async () => {
    const partner = await server.partner();
    const order = await server.assignedOrder(partner);
    await carry(partner, order.id, 'delivered');
    expect(await about(order.id)).toEqual([]);
  });

  it('a payout, once', async () => {
    const partner = await server.partner();
    const order = await server.assignedOrder(partner);
    await carry(partner, order.id, 'delivered');
    const path = `/admin/delivery-partners/${partner.user.id}/payout`;
    const answers = await Promise.all([1, 2, 3].map(() => admin.post<PartnerBalances>(path)));
    const [paid, ...again] = answers.map(({ body }) => body.balances).filter(({ length }) => length);
    expect(again).toEqual([]);
    expect(await byAdmin(partner.user.id)).toMatchObject([
      { action: 'partner.paid-out', by: mine(), target: { kind: 'user' }, after: { balances: paid } },
    ]);
  });

  it('who may sign in', async () => {
    const customer = await server.customer();
    await admin.put(`/admin/users/${customer.user.id}/active`, { active: false });
    await admin.put(`/admin/users/${customer.user.id}/active`, { active: true });
    expect((await byAdmin(customer.user.id)).map(({ action }) => action)).toEqual([
      'user.activated',
      'user.deactivated',
    ]);
  });

  it('together with the change or not at all', async () => {
    // the database refuses the line
    const audit = server.database.collection('audit');
    await server.database.db!.command({ collMod: 'audit', validator: { action: { $ne: 'product.changed' } } });
    const product = await server.product();
    const lines = await audit.countDocuments();
    expect((await admin.put(`/products/${product.id}`, { price: 1 })).status).toBe(500);
    await server.database.db!.command({ collMod: 'audit', validator: {} });
    expect((await admin.get<Product>(`/products/${product.id}`)).body.price).toBe(product.price);
    expect(await audit.countDocuments()).toBe(lines);
  });
});

describe('who asks for what is not theirs is on record', () => {
  let server: TestServer;
  let admin: Client;
  beforeAll(async () => {
    server = await TestServer.start({ TRUST_PROXY: '1' });
    admin = await server.admin();
  });
  afterAll(() => server.stop());

  /** What was refused is written beside the answer: asked for until it is there. */
  async function refusals(actor: Client, count: number): Promise<AuditEntry[]> {
    for (const deadline = Date.now() + 5000; ;) {
      const { items } = (
        await admin.get<AuditPage>(`/admin/audit?action=access.refused&actorId=${actor.user.id}&limit=100`)
      ).body;
      if (items.length >= count || Date.now() > deadline) return items;
    }
  }

  it('over REST', async () => {
    const customer = await server.customer();
    expect((await customer.put('/admin/settings', { open: false })).status).toBe(403);
    expect(await refusals(customer, 1)).toMatchObject([
      { by: { id: customer.user.id, role: 'customer' }, after: { asked: 'PUT /api/admin/settings' } },
    ]);
  });

  it('over a socket: another’s order, and another role’s message, from the address behind the proxy', async () => {
    const [customer, other] = [await server.customer(), await server.customer()];
    const order: Order = await server.readyOrder(other);
    const extraHeaders = { 'X-Forwarded-For': '198.51.100.1, 203.0.113.7', 'User-Agent': 'a curious phone' };
    const socket = await customer.connect(undefined, { extraHeaders });
    expect(await socket.emitWithAck('joinOrder', { orderId: order.id })).toMatchObject({ code: 'ORDER_NOT_FOUND' });
    expect(await socket.emitWithAck('joinAdminRoom', {})).toMatchObject({ code: 'FORBIDDEN' });
    const from = { address: '203.0.113.7', userAgent: 'a curious phone' };
    const lines = await refusals(customer, 2);
    expect(lines.find(({ target }) => target)).toMatchObject({
      target: { kind: 'order', id: order.id },
      after: { asked: 'joinOrder' },
      from,
    });
    expect(lines.find(({ target }) => !target)).toMatchObject({ after: { asked: 'joinAdminRoom' }, from });
    customer.disconnect();
  });

  it('but not without end', async () => {
    const customer = await server.customer();
    for (let n = 0; n < 20; n += 1) expect((await customer.get('/admin/live-stats')).status).toBe(403);
    expect(await refusals(customer, 5)).toHaveLength(5);
    server.advance(60_000);
    await customer.get('/admin/live-stats');
    expect(await refusals(customer, 6)).toHaveLength(6);
  });
});
