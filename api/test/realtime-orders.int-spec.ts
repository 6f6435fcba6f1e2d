import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { JoinedAdminRoom, JoinedOrder, Order, OrderEvent } from '@qc/contracts';
import { OutboxRepository } from '../src/outbox/outbox.repository';
import { OrdersRepository } from '../src/orders/orders.repository';
import { OrdersService } from '../src/orders/orders.service';
import { type Client, type LiveClient, nextEvent } from './support/client';
import { ask, Ear } from './support/live';
import { carry } from './support/steps';
import { TestServer } from './support/test-server';

const seqs = (events: OrderEvent[]): number[] => events.map(({ seq }) => seq);

describe('the changes of an order, heard live', () => {
  let server: TestServer;
  let watch: { socket: LiveClient; ear: Ear };
  beforeAll(async () => {
    server = await TestServer.start();
    watch = await listen(await server.admin(), 'joinAdminRoom');
  });
  afterAll(() => server.stop());

  const join = (socket: LiveClient, orderId: string, after?: number) =>
    ask<JoinedOrder>(socket, 'joinOrder', { orderId, ...(after !== undefined && { after }) });
  const listen = async (who: Client, ...events: ['joinAdminRoom'?]) => {
    const socket = await who.connect();
    for (const event of events) await ask(socket, event!, {});
    return { socket, ear: new Ear(socket) };
  };
  const reached = (socket: LiveClient, orderId: string, seq: number) =>
    nextEvent(socket, 'orderUpdated', (event) => event.orderId === orderId && event.seq === seq);
  /** All that led to this seq was published: an answer to a command may be quicker than its events. */
  const published = (orderId: string, seq: number) => reachedOr(watch.ear, watch.socket, orderId, seq);

  it('reach customer, partner and admin by themselves, one seq after the other, each with what that reader may see', async () => {
    await server.settings({ deliveryProof: 'code' });
    const [customer, partner, admin] = [await server.customer('Asha'), await server.partner(), await server.admin()];
    const [asked, working, watching] = [
      await listen(customer),
      await listen(partner),
      await listen(admin, 'joinAdminRoom'),
    ];
    const order = await server.readyOrder(customer, {
      deliveryAddress: { street: '5 Park Lane', instructions: 'blue door' },
    });
    await server.settings({ deliveryProof: 'none' });
    const done = Promise.all([asked, working, watching].map(({ socket }) => reached(socket, order.id, 8)));
    await partner.accept(order.id);
    await carry(partner, order.id, 'in_transit');
    const code = (await customer.get<Order>(`/orders/${order.id}`)).body.deliveryCode;
    await partner.move(order.id, 'delivered', { deliveryCode: code });
    await done;
    expect(seqs(asked.ear.order(order.id))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(seqs(watching.ear.order(order.id))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(seqs(working.ear.order(order.id))).toEqual([5, 6, 7, 8]);
    expect(asked.ear.order(order.id).map(({ type }) => type)).toEqual([
      'placed',
      'confirmed',
      'preparing',
      'ready',
      'assigned',
      'picked_up',
      'in_transit',
      'delivered',
    ]);
    for (const event of [asked, working, watching].flatMap(({ ear }) => ear.order(order.id))) {
      expect(event.order.version).toBe(event.seq);
    }
    for (const { order: seen } of asked.ear.order(order.id)) {
      expect(seen).toMatchObject({ deliveryCode: code, trackingUrl: expect.any(String) });
      expect(seen).not.toHaveProperty('tripPay');
    }
    for (const { order: seen } of working.ear.order(order.id)) {
      expect(seen).toMatchObject({ tripPay: expect.any(Number), customer: { firstName: 'Asha' } });
      expect(seen).not.toHaveProperty('deliveryCode');
      expect(seen).not.toHaveProperty('trackingUrl');
    }
    expect(working.ear.order(order.id)[0]!.order.deliveryAddress.instructions).toBe('blue door');
    expect(working.ear.order(order.id)[3]!.order.deliveryAddress).not.toHaveProperty('instructions');
    for (const { order: seen } of watching.ear.order(order.id)) {
      expect(seen).toMatchObject({ tripPay: expect.any(Number), trackingUrl: expect.any(String) });
      expect(seen).not.toHaveProperty('deliveryCode');
    }
  });

  it('are the same by event as by GET events', async () => {
    const customer = await server.customer();
    const { socket, ear } = await listen(customer);
    const order = await server.readyOrder(customer);
    const cancelled = reached(socket, order.id, 5);
    await customer.post(`/orders/${order.id}/cancel`);
    await cancelled;
    const { body } = await customer.get<{ items: OrderEvent[] }>(`/orders/${order.id}/events`);
    const identity = ({ eventId, seq, type, at }: OrderEvent) => ({ eventId, seq, type, at });
    expect(ear.order(order.id).map(identity)).toEqual(body.items.map(identity));
  });

  it('are joined only by those who may read the order, as REST decides', async () => {
    const customer = await server.customer();
    const order = await server.readyOrder(customer);
    const stranger = await (await server.customer()).connect();
    const idle = await (await server.partner({ available: false })).connect();
    const browsing = await (await server.partner()).connect();
    for (const socket of [stranger, idle]) {
      expect(await join(socket, order.id)).toEqual({ ok: false, code: 'ORDER_NOT_FOUND' });
    }
    const seen = await join(browsing, order.id);
    expect(seen).toMatchObject({ ok: true, order: { id: order.id, partner: null }, missed: [] });
    expect(JSON.stringify(seen)).not.toContain(customer.user.id);
    const ear = new Ear(stranger);
    await (await server.partner()).accept(order.id);
    await published(order.id, 5);
    expect((await ear.settled()).names()).toEqual([]);
  });

  it('that were missed come with the join, after the seq that is given, and only those', async () => {
    const [customer, partner] = [await server.customer(), await server.partner()];
    const order = await server.assignedOrder(partner, customer);
    await carry(partner, order.id, 'in_transit');
    const socket = await customer.connect();
    for (const [after, expected] of [
      [0, [1, 2, 3, 4, 5, 6, 7]],
      [5, [6, 7]],
      [7, []],
    ] as const) {
      const joined = (await join(socket, order.id, after)) as JoinedOrder;
      expect(seqs(joined.missed as OrderEvent[])).toEqual(expected);
      expect(joined.order).toMatchObject({ version: 7, status: 'in_transit' });
      expect(joined).not.toHaveProperty('reset');
    }
    expect((await join(socket, order.id)) as JoinedOrder).toMatchObject({ missed: [] });
  });

  it('are never lost by one who joins in the middle of them', async () => {
    const [admin, partner] = [await server.admin(), await server.partner()];
    const order = await server.readyOrder();
    const { socket, ear } = await listen(admin);
    const orders = server.app.get(OrdersService);
    const catchUp = orders.catchUp.bind(orders);
    // the worst moment: after the join has read what was missed, before its answer has left
    orders.catchUp = async (...args) => {
      const read = await catchUp(...args);
      await partner.accept(order.id);
      await published(order.id, 5);
      return read;
    };
    const joined = (await join(socket, order.id, 4)) as JoinedOrder;
    orders.catchUp = catchUp;
    await ear.settled();
    const all = [...(joined.missed as OrderEvent[]), ...ear.order(order.id)];
    expect(new Set(seqs(all).filter((seq) => seq > 4))).toEqual(new Set([5]));
    await partner.move(order.id, 'picked_up');
    const again = (await join(socket, order.id, 5)) as JoinedOrder;
    expect(seqs(again.missed as OrderEvent[])).toEqual([6]);
  });

  it('that were missed have the whole history up to them, also when the order changes while they are read', async () => {
    const customer = await server.customer();
    const { id } = await server.readyOrder(customer);
    const socket = await customer.connect();
    const outbox = server.app.get(OutboxRepository);
    const ofOrder = outbox.ofOrder.bind(outbox);
    jest.spyOn(outbox, 'ofOrder').mockImplementationOnce(async (...asked) => {
      await customer.post(`/orders/${id}/cancel`);
      return ofOrder(...asked);
    });
    const { missed } = (await join(socket, id, 0)) as JoinedOrder;
    expect(missed.map(({ seq, order }) => [seq, (order as Order).history.length])).toEqual(
      [1, 2, 3, 4, 5].map((n) => [n, n]),
    );
  });

  it('are no longer heard after leaving', async () => {
    const admin = await server.admin();
    const { socket, ear } = await listen(admin);
    const order = await server.readyOrder();
    await published(order.id, 4);
    await join(socket, order.id);
    expect(await ask(socket, 'leaveOrder', { orderId: order.id })).toEqual({ ok: true });
    const watching = await listen(admin, 'joinAdminRoom');
    const assigned = reached(watching.socket, order.id, 5);
    await (await server.partner()).accept(order.id);
    await assigned;
    expect((await ear.settled()).names()).toEqual([]);
    await ask(watching.socket, 'leaveAdminRoom', {});
    const after = new Ear(watching.socket);
    await published((await server.readyOrder()).id, 4);
    expect((await after.settled()).names()).toEqual([]);
  });

  it('tell the previous partner that the order is gone, and nothing after that', async () => {
    const [customer, first, second] = [
      await server.customer('Zarina'),
      await server.partner(),
      await server.partner({ firstName: 'Meera' }),
    ];
    const order = await server.assignedOrder(first, customer);
    await published(order.id, 5);
    const { socket, ear } = await listen(first);
    await join(socket, order.id);
    const gone = reached(socket, order.id, 6);
    await (await server.admin()).put(`/admin/orders/${order.id}/unassign`, { reason: 'too slow' });
    const told = (await gone).order as Order;
    expect(told).toMatchObject({ status: 'ready', partner: null });
    expect(JSON.stringify(told)).not.toMatch(/Zarina|too slow/);
    await first.put('/delivery/availability', { available: false });
    const own = await listen(customer);
    const delivered = reached(own.socket, order.id, 10);
    await second.accept(order.id);
    await carry(second, order.id, 'delivered');
    await delivered;
    await ear.settled();
    expect(seqs(ear.order(order.id))).toEqual([6]);
  });

  it('end for a partner who only browsed when another takes the order', async () => {
    const [browser, winner, customer] = [await server.partner(), await server.partner(), await server.customer()];
    const order = await server.readyOrder(customer);
    await published(order.id, 4);
    const { socket, ear } = await listen(browser);
    await join(socket, order.id);
    const own = await listen(customer);
    const delivered = reached(own.socket, order.id, 8);
    await winner.accept(order.id);
    await carry(winner, order.id, 'delivered');
    await delivered;
    await ear.settled();
    expect(seqs(ear.order(order.id))).toEqual([5]);
    expect(ear.order(order.id)[0]!.order).toMatchObject({ status: 'assigned', partner: null });
    expect(JSON.stringify(ear.order(order.id))).not.toContain(winner.user.id);
  });

  it('stay audible for a partner who opened an order while its older events were still on their way', async () => {
    const [browser, winner] = await server.partners(2);
    const { socket, ear } = await listen(browser!);
    const outbox = server.app.get(OutboxRepository);
    const unsent = outbox.unsent.bind(outbox);
    let open!: () => void;
    const opened = new Promise<void>((resolve) => (open = resolve));
    // as after a crash: they are in the database only, and are found late
    outbox.unsent = (limit) => opened.then(() => unsent(limit));
    const next = outbox.committed.next.bind(outbox.committed);
    outbox.committed.next = () => undefined;
    const order = await server.readyOrder();
    await join(socket, order.id);
    outbox.committed.next = next;
    open();
    await published(order.id, 4);
    const taken = reachedOr(ear, socket, order.id, 5);
    await winner!.accept(order.id);
    await taken;
  });

  it('of a transaction that fails are never heard, and leave no trace', async () => {
    const [customer, partner] = [await server.customer(), await server.partner()];
    await published((await server.assignedOrder(partner)).id, 5);
    const order = await server.readyOrder(customer);
    await published(order.id, 4);
    const own = await listen(customer);
    const watching = await listen(await server.admin(), 'joinAdminRoom');
    expect((await partner.accept(order.id)).status).toBe(409); // claimed, then no free hand: rolled back
    const orders = server.app.get(OrdersRepository);
    const insert = orders.insert.bind(orders);
    const failing = await server.product({ stock: 7 });
    orders.insert = async (...args) => {
      await insert(...args);
      throw new Error('the plug was pulled');
    };
    expect((await customer.placeOrder([{ productId: failing.id, quantity: 3 }])).status).toBe(500);
    orders.insert = insert;
    const cancelled = reached(watching.socket, order.id, 5);
    await customer.post(`/orders/${order.id}/cancel`);
    await cancelled;
    await own.ear.settled();
    expect(own.ear.order(order.id).map(({ seq, type }) => [seq, type])).toEqual([[5, 'cancelled']]);
    expect(own.ear.of('orderUpdated')).toHaveLength(1);
    expect(watching.ear.of('orderUpdated')).toHaveLength(1);
    expect((await customer.get<{ stock: number }>(`/products/${failing.id}`)).body.stock).toBe(7);
  });

  describe('in the admin room', () => {
    it('come with a cursor: who comes back gets exactly what was missed, in commit order', async () => {
      const admin = await server.admin();
      const { socket, ear } = await listen(admin);
      const first = (await ask<JoinedAdminRoom>(socket, 'joinAdminRoom', {})) as JoinedAdminRoom;
      const order = await server.readyOrder();
      await reachedOr(ear, socket, order.id, 4);
      // a cursor is a place: what has none yet would come once more
      while (await server.database.collection('events').countDocuments({ sent: false })) await pause(5);
      const second = (await ask<JoinedAdminRoom>(socket, 'joinAdminRoom', { after: first.cursor })) as JoinedAdminRoom;
      expect(second.missed.map(({ orderId, seq }) => [orderId, seq])).toEqual([1, 2, 3, 4].map((n) => [order.id, n]));
      expect(second.missed[0]!.order).toMatchObject({ status: 'pending', trackingUrl: expect.any(String) });
      socket.disconnect();
      const partner = await server.partner();
      await partner.accept(order.id);
      const other = await server.readyOrder();
      await carry(partner, order.id, 'picked_up');
      const back = await listen(admin);
      const join = () => ask<JoinedAdminRoom>(back.socket, 'joinAdminRoom', { after: second.cursor });
      const third = (await join()) as JoinedAdminRoom;
      await reachedOr(back.ear, back.socket, order.id, 6, third.missed);
      const known = [...third.missed, ...(back.ear.of('orderUpdated') as OrderEvent[])];
      const unique = new Map(known.map((event) => [event.eventId, [event.orderId, event.seq]]));
      expect([...unique.values()]).toEqual([[order.id, 5], ...[1, 2, 3, 4].map((n) => [other.id, n]), [order.id, 6]]);
    });

    it('are replayed no further than is useful: a cursor of another database resets', async () => {
      const socket = await (await server.admin()).connect();
      const joined = await ask(socket, 'joinAdminRoom', { after: '999999999' });
      expect(joined).toMatchObject({ ok: true, reset: true, missed: [] });
    });
  });
});

/** Waits for an event unless it has come already. */
async function reachedOr(ear: Ear, socket: LiveClient, orderId: string, seq: number, had: OrderEvent[] = []) {
  const came = [...had, ...ear.order(orderId)].some((event) => event.orderId === orderId && event.seq === seq);
  if (!came) await nextEvent(socket, 'orderUpdated', (event) => event.orderId === orderId && event.seq === seq);
}
