import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { movesFor, ORDER_STATUSES, type Order, type OrderStatus, type ProblemBody } from '@qc/contracts';
import type { Answer, Client } from './support/client';
import { carry, refusal, stockOf } from './support/steps';
import { TestServer } from './support/test-server';

type Refused = ProblemBody & { from?: string; to?: string; allowed?: string[] };

/** What brings a new order of a store without automatic steps to each status. */
const WAY: Record<OrderStatus, readonly (OrderStatus | 'accept')[]> = {
  pending: [],
  confirmed: ['confirmed'],
  preparing: ['confirmed', 'preparing'],
  ready: ['confirmed', 'preparing', 'ready'],
  assigned: ['confirmed', 'preparing', 'ready', 'accept'],
  picked_up: ['confirmed', 'preparing', 'ready', 'accept', 'picked_up'],
  in_transit: ['confirmed', 'preparing', 'ready', 'accept', 'picked_up', 'in_transit'],
  delivered: ['confirmed', 'preparing', 'ready', 'accept', 'picked_up', 'in_transit', 'delivered'],
  failed: ['confirmed', 'preparing', 'ready', 'accept', 'picked_up', 'in_transit', 'failed'],
  cancelled: ['cancelled'],
};

/** The contract's table, written out again: what a change of the code's own table has to answer for. */
const LEGAL: readonly [from: OrderStatus, to: OrderStatus, who: readonly ('customer' | 'partner' | 'admin')[]][] = [
  ['pending', 'confirmed', ['admin']],
  ['confirmed', 'preparing', ['admin']],
  ['preparing', 'ready', ['admin']],
  ['assigned', 'picked_up', ['partner']],
  ['picked_up', 'in_transit', ['partner']],
  ['in_transit', 'delivered', ['partner', 'admin']],
  ['in_transit', 'failed', ['partner', 'admin']],
  ['picked_up', 'failed', ['admin']],
  ['assigned', 'ready', ['partner', 'admin']],
  ['failed', 'ready', ['admin']],
  ['pending', 'cancelled', ['customer', 'admin']],
  ['confirmed', 'cancelled', ['customer', 'admin']],
  ['preparing', 'cancelled', ['customer', 'admin']],
  ['ready', 'cancelled', ['customer', 'admin']],
  ['assigned', 'cancelled', ['customer', 'admin']],
  ['failed', 'cancelled', ['admin']],
];

/** Moves for which the table asks this role for a reason. */
const WITH_REASON: readonly [from: OrderStatus, to: OrderStatus, who: 'partner' | 'admin'][] = [
  ['in_transit', 'failed', 'partner'],
  ['assigned', 'ready', 'partner'],
  ['assigned', 'ready', 'admin'],
  ['picked_up', 'failed', 'admin'],
  ['in_transit', 'failed', 'admin'],
  ['in_transit', 'delivered', 'admin'],
  ['pending', 'cancelled', 'admin'],
  ['failed', 'cancelled', 'admin'],
];

describe('the moves of an order, step by step', () => {
  let server: TestServer;
  let people: Record<'customer' | 'partner' | 'admin', Client>;
  beforeAll(async () => {
    server = await TestServer.start();
    await server.settings({ autoConfirm: false, autoReady: false });
  });
  beforeEach(async () => {
    people = { customer: await server.customer(), partner: await server.partner(), admin: await server.admin() };
  });
  afterAll(() => server.stop());

  /** A new order, brought to `status` by those who may. */
  const orderAt = async (status: OrderStatus): Promise<Order> => {
    let order = await server.readyOrder(people.customer);
    for (const step of WAY[status]) {
      const answer: Answer<Order> =
        step === 'accept'
          ? await people.partner.accept(order.id)
          : await moverOf(order.status, step).move(order.id, step, { note: 'a reason' });
      if (answer.status !== 200) throw new Error(`${step}: ${JSON.stringify(answer.body)}`);
      order = answer.body;
    }
    return order;
  };
  const moverOf = (from: OrderStatus, to: OrderStatus): Client =>
    movesFor(from, 'partner').includes(to) ? people.partner : people.admin;

  it('begin at pending when the store confirms by hand, at confirmed when it only confirms by itself', async () => {
    expect(await orderAt('pending')).toMatchObject({ status: 'pending', version: 1, history: [{ seq: 1 }] });
    await server.settings({ autoConfirm: true });
    expect(await server.readyOrder()).toMatchObject({ status: 'confirmed', version: 2 });
    await server.settings({ autoConfirm: false });
  });

  describe.each(LEGAL)('%s → %s', (from, to, who) => {
    it.each(who)('is made by the %s, a version and a line in the history, and by no role beside', async (role) => {
      const order = await orderAt(from);
      for (const other of (['customer', 'partner', 'admin'] as const).filter((one) => !who.includes(one))) {
        const knows = other !== 'partner' || order.partner !== null || from === 'ready';
        const answer = await people[other].move(order.id, to, { note: 'a reason' });
        const expected = knows ? [403, 'FORBIDDEN'] : [404, 'ORDER_NOT_FOUND'];
        expect([other, ...refusal(answer)]).toEqual([other, ...expected]);
      }
      const { status, body, headers } = await people[role].move(order.id, to, { note: 'a reason' });
      expect(status).toBe(200);
      expect(body).toMatchObject({ status: to, version: order.version + 1 });
      expect(headers.get('etag')).toBe(`"${order.version + 1}"`);
      const seen = (await people.admin.get<Order>(`/orders/${order.id}`)).body;
      expect(seen.history.at(-1)).toMatchObject({
        seq: order.version + 1,
        status: to,
        by: { id: people[role].user.id, role },
        note: 'a reason',
      });
    });
  });

  it.each(ORDER_STATUSES)(
    'from %s: whatever the table does not know is 409 and names what is allowed',
    async (from) => {
      const order = await orderAt(from);
      const legal = LEGAL.filter(([start]) => start === from).map(([, to]) => to);
      const illegal = ORDER_STATUSES.filter((to) => !legal.includes(to) && to !== from);
      for (const to of illegal) {
        const answer = await people.admin.move(order.id, to, { note: 'a reason' });
        expect([to, ...refusal(answer)]).toEqual([to, 409, 'INVALID_TRANSITION']);
        const body = answer.body as unknown as Refused;
        expect(body).toMatchObject({ from, to });
        const forAdmin = LEGAL.filter(([start, , who]) => start === from && who.includes('admin')).map(
          ([, end]) => end,
        );
        expect(body.allowed?.filter((status) => status !== 'assigned').sort()).toEqual(forAdmin.sort());
      }
      expect((await people.admin.get<Order>(`/orders/${order.id}`)).body.version).toBe(order.version);
    },
  );

  it('never lead to assigned by PUT: accept and assign are the ways', async () => {
    const order = await orderAt('ready');
    for (const role of ['partner', 'admin'] as const) {
      expect(refusal(await people[role].move(order.id, 'assigned'))).toEqual([409, 'INVALID_TRANSITION']);
    }
  });

  it.each(WITH_REASON)('%s → %s by the %s needs a reason', async (from, to, role) => {
    const order = await orderAt(from);
    for (const note of [undefined, '', '   ']) {
      const answer = await people[role].move(order.id, to, note === undefined ? {} : { note });
      expect(refusal(answer)).toEqual([400, 'REASON_REQUIRED']);
    }
    expect((await people.admin.get<Order>(`/orders/${order.id}`)).body.version).toBe(order.version);
  });

  it('keep a reason that looks like a command to the database as the text it is', async () => {
    const order = await orderAt('ready');
    const answer = await people.customer.move(order.id, 'cancelled', { note: '$total' });
    expect(answer.body.reason).toBe('$total');
  });

  describe('a repeat', () => {
    it.each(ORDER_STATUSES.filter((status) => status !== 'pending'))(
      'of %s by the same actor is 200 without a new version, whatever If-Match says',
      async (status) => {
        const order = await orderAt(status);
        const mover = order.history.at(-1)!.by.role === 'partner' ? people.partner : people.admin;
        const repeat = await mover.move(order.id, status, {}, { 'If-Match': '"1"' });
        expect(repeat).toMatchObject({ status: 200, body: { status, version: order.version } });
      },
    );

    it('of a return by the partner counts even after they have gone offline', async () => {
      const order = await orderAt('assigned');
      const release = () => people.partner.post<Order>(`/delivery/${order.id}/release`, { reason: 'flat tyre' });
      expect((await release()).body).toMatchObject({ status: 'ready', version: 6 });
      await people.partner.put('/delivery/availability', { available: false });
      expect(await release()).toMatchObject({ status: 200, body: { version: 6 } });
    });

    it('by somebody else is no repeat', async () => {
      const order = await orderAt('ready');
      await people.customer.move(order.id, 'cancelled');
      const answer = await people.admin.move(order.id, 'cancelled', { note: 'me too' });
      expect(refusal(answer)).toEqual([409, 'INVALID_TRANSITION']);
    });
  });

  describe('If-Match', () => {
    it('makes a change conditional on the version that was seen', async () => {
      const order = await orderAt('confirmed');
      const move = (ifMatch: string) => people.admin.move(order.id, 'preparing', {}, { 'If-Match': ifMatch });
      const stale = await move('"1"');
      expect(refusal(stale)).toEqual([412, 'VERSION_MISMATCH']);
      expect(stale.body).toMatchObject({ version: 2, state: 'confirmed' });
      expect((await move('"2"')).body).toMatchObject({ status: 'preparing', version: 3 });
      expect((await move('"1"')).status).toBe(200);
    });

    it('holds for accept, release, assign and unassign as well', async () => {
      const order = await orderAt('ready');
      const stale = { 'If-Match': '"1"' };
      const to = { partnerId: people.partner.user.id };
      const accept = `/orders/${order.id}/accept`;
      expect(refusal(await people.partner.post(accept, undefined, stale))).toEqual([412, 'VERSION_MISMATCH']);
      expect(refusal(await people.admin.put(`/orders/${order.id}/assign`, to, stale))).toEqual([
        412,
        'VERSION_MISMATCH',
      ]);
      expect((await people.partner.post(accept, undefined, { 'If-Match': '"4"' })).status).toBe(200);
      const release = `/delivery/${order.id}/release`;
      expect(refusal(await people.partner.post(release, { reason: 'late' }, stale))).toEqual([412, 'VERSION_MISMATCH']);
      const unassign = `/admin/orders/${order.id}/unassign`;
      expect(refusal(await people.admin.put(unassign, { reason: 'late' }, stale))).toEqual([412, 'VERSION_MISMATCH']);
    });

    it.each(['4', 'W/"4"', '"four"', '*', '"4", "5"', ''])('of %j is malformed: 400', async (header) => {
      const order = await orderAt('pending');
      const answer = await people.admin.move(order.id, 'confirmed', {}, { 'If-Match': header });
      expect(refusal(answer)).toEqual([400, 'VALIDATION_FAILED']);
    });
  });
});

describe('deliveries that do not go by the book', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(() => server.stop());

  it('are proved by the code that only the customer sees, where the store asks for one', async () => {
    await server.settings({ deliveryProof: 'code' });
    const [customer, partner, admin] = [await server.customer(), await server.partner(), await server.admin()];
    const order = await server.assignedOrder(partner, customer);
    await server.settings({ deliveryProof: 'none' }); // of orders placed from now on
    const code = (await customer.get<Order>(`/orders/${order.id}`)).body.deliveryCode!;
    expect(code).toMatch(/^\d{4}$/);
    await carry(partner, order.id, 'in_transit');
    for (const reader of [partner, admin]) {
      expect((await reader.get<Order>(`/orders/${order.id}`)).body).not.toHaveProperty('deliveryCode');
    }
    const wrong = String((Number(code) + 1) % 10_000).padStart(4, '0');
    const deliver = (fields: object) => partner.move(order.id, 'delivered', fields);
    expect(refusal(await deliver({}))).toEqual([422, 'DELIVERY_CODE_WRONG']);
    expect(refusal(await deliver({ deliveryCode: wrong }))).toEqual([422, 'DELIVERY_CODE_WRONG']);
    expect(refusal(await deliver({ deliveryCode: '12' }))).toEqual([400, 'VALIDATION_FAILED']);
    const delivered = await deliver({ deliveryCode: code });
    expect(delivered.body).toMatchObject({ status: 'delivered', paymentStatus: 'paid' });
    expect(delivered.body).not.toHaveProperty('deliveryCode');
  });

  it('can be tried again by another partner after a failure', async () => {
    const [first, second] = await server.partners(2);
    const admin = await server.admin();
    const order = await server.assignedOrder(first!);
    await carry(first!, order.id, 'in_transit');
    const failed = await first!.move(order.id, 'failed', { note: 'nobody at home' });
    expect(failed.body).toMatchObject({ status: 'failed', reason: 'nobody at home', partner: { id: first!.user.id } });
    expect((await first!.accept((await server.readyOrder()).id)).status).toBe(200);
    const ready = await admin.move(order.id, 'ready');
    expect(ready.body).toMatchObject({ status: 'ready', partner: null });
    expect(ready.body).not.toHaveProperty('reason');
    expect((await second!.accept(order.id)).body.partner?.id).toBe(second!.user.id);
    expect((await carry(second!, order.id, 'delivered')).status).toBe('delivered');
    expect(refusal(await first!.get(`/orders/${order.id}`))).toEqual([404, 'ORDER_NOT_FOUND']);
  });

  it('are ended by the admin when the courier has vanished, and the partner is free again', async () => {
    const admin = await server.admin();
    for (const [from, to] of [
      ['picked_up', 'failed'],
      ['in_transit', 'failed'],
      ['in_transit', 'delivered'],
    ] as const) {
      const partner = await server.partner();
      const order = await server.assignedOrder(partner);
      await carry(partner, order.id, from);
      expect((await admin.move(order.id, to, { note: 'courier vanished' })).body.status).toBe(to);
      expect((await partner.accept((await server.readyOrder()).id)).status).toBe(200);
    }
  });

  it('put the stock back when the admin cancels a failed one, and count no partner twice', async () => {
    const [customer, partner, admin] = [await server.customer(), await server.partner(), await server.admin()];
    const { id } = await server.product({ stock: 5 });
    const order = (await customer.placeOrder([{ productId: id, quantity: 2 }])).body;
    await partner.accept(order.id);
    await carry(partner, order.id, 'in_transit');
    await partner.move(order.id, 'failed', { note: 'nobody at home' });
    expect(await stockOf(server, id)).toBe(3);
    expect((await admin.move(order.id, 'cancelled', { note: 'given up' })).status).toBe(200);
    expect(await stockOf(server, id)).toBe(5);
  });
});
