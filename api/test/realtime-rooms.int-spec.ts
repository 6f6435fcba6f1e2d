import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Order } from '@qc/contracts';
import { type Client, type LiveClient, nextEvent } from './support/client';
import { ask, Ear } from './support/live';
import { carry, refusal } from './support/steps';
import { TestServer } from './support/test-server';

const HERE = { lat: 12.95, lng: 77.61 };

describe('what goes to those who work', () => {
  let server: TestServer;
  let admin: Client;
  let board: { socket: LiveClient; ear: Ear };
  beforeAll(async () => {
    server = await TestServer.start();
    admin = await server.admin();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    board = await listen(admin);
    await ask(board.socket, 'joinAdminRoom', {});
  });
  afterEach(() => void board.socket.disconnect());

  const listen = async (who: Client) => {
    const socket = await who.connect();
    return { socket, ear: new Ear(socket) };
  };
  const lock = (partner: Client, orderId: string) => partner.post(`/delivery/${orderId}/lock`);
  /** Waits for the event of this order on every one of the sockets. */
  const all = (
    sockets: LiveClient[],
    name: 'newOrderAvailable' | 'orderLocked' | 'orderLockReleased' | 'orderAssigned' | 'orderWithdrawn',
    orderId: string,
  ) => Promise.all(sockets.map((socket) => nextEvent(socket, name, (card) => card.orderId === orderId)));

  describe('the cards of orders that wait', () => {
    it('are drawn, held, let go and taken away for every available partner and admin, for nobody else', async () => {
      const customer = await server.customer('Zarina');
      const idle = await listen(await server.partner({ available: false }));
      const buying = await listen(customer);
      const [taker, other] = await server.partners(2);
      const [taking, watching] = [await listen(taker!), await listen(other!)];
      const told = [taking.socket, watching.socket, board.socket];

      const { id: productId } = await server.product();
      const placing = customer.placeOrder([{ productId, quantity: 3 }], { note: 'secret' });
      const drawn = Promise.all(told.map((socket) => nextEvent(socket, 'newOrderAvailable')));
      const order = (await placing).body;
      for (const card of await drawn) {
        expect(card).toEqual({
          orderId: order.id,
          number: order.number,
          storeId: order.store.id,
          itemCount: 3,
          currency: 'INR',
          tripPay: 2500,
          placedAt: order.placedAt,
        });
      }
      const locked = all(told, 'orderLocked', order.id);
      await lock(taker!, order.id);
      for (const card of await locked) expect(card).toEqual({ orderId: order.id, expiresAt: expect.any(String) });
      const released = all(told, 'orderLockReleased', order.id);
      await taker!.delete(`/delivery/${order.id}/lock`);
      for (const card of await released) expect(card).toEqual({ orderId: order.id });
      const assigned = all(told, 'orderAssigned', order.id);
      await taker!.accept(order.id);
      for (const card of await assigned) expect(card).toEqual({ orderId: order.id });
      const again = all(told, 'newOrderAvailable', order.id);
      await taker!.post(`/delivery/${order.id}/release`, { reason: 'flat tyre' });
      await again;
      const withdrawn = all(told, 'orderWithdrawn', order.id);
      await customer.post(`/orders/${order.id}/cancel`);
      for (const card of await withdrawn) expect(card).toEqual({ orderId: order.id });

      expect((await idle.ear.settled()).names()).toEqual([]);
      const cards = ['newOrderAvailable', 'orderLocked', 'orderLockReleased', 'orderAssigned', 'orderWithdrawn'];
      expect((await buying.ear.settled()).names().filter((name) => cards.includes(name))).toEqual([]);
    });

    it('follow availability without a new connection', async () => {
      const partner = await server.partner({ available: false });
      const { socket, ear } = await listen(partner);
      await partner.put('/delivery/availability', { available: true });
      const first = nextEvent(socket, 'newOrderAvailable');
      const order = await server.readyOrder();
      expect((await first).orderId).toBe(order.id);
      await partner.put('/delivery/availability', { available: false });
      const drawn = nextEvent(board.socket, 'newOrderAvailable', ({ orderId }) => orderId !== order.id);
      await server.readyOrder();
      await drawn;
      expect((await ear.settled()).of('newOrderAvailable')).toHaveLength(1);
    });

    it('are let go by the clock: the sweeper says that a lock is over', async () => {
      const [holder, other] = await server.partners(2);
      const { socket } = await listen(other!);
      const order = await server.readyOrder();
      await lock(holder!, order.id);
      const released = all([socket, board.socket], 'orderLockReleased', order.id);
      server.advance(120_000);
      await released;
    });

    it('are let go when the holder locks another, goes offline, or an admin assigns over the lock', async () => {
      const [holder, chosen] = await server.partners(2);
      const orders = [await server.readyOrder(), await server.readyOrder(), await server.readyOrder()] as const;
      const release = (order: Order) => all([board.socket], 'orderLockReleased', order.id);
      await lock(holder!, orders[0].id);
      const first = release(orders[0]);
      await lock(holder!, orders[1].id);
      await first;
      const second = release(orders[1]);
      await holder!.put('/delivery/availability', { available: false });
      await second;
      await holder!.put('/delivery/availability', { available: true });
      await lock(holder!, orders[2].id);
      const third = Promise.all([release(orders[2]), all([board.socket], 'orderAssigned', orders[2].id)]);
      await admin.put(`/orders/${orders[2].id}/assign`, { partnerId: chosen!.user.id });
      await third;
    });
  });

  describe('where a partner is', () => {
    const send = (partner: Client, point: object = {}) =>
      partner.post('/delivery/location', { points: [{ ...HERE, at: new Date().toISOString(), ...point }] });

    it('is heard by admins always, by the order’s customer and admins who joined it while it is driven to', async () => {
      const [customer, partner] = [await server.customer(), await server.partner()];
      const [buying, joined] = [await listen(customer), await listen(admin)];
      const idle = nextEvent(board.socket, 'partnerLocation', ({ partnerId }) => partnerId === partner.user.id);
      expect((await send(partner)).status).toBe(204);
      expect(await idle).toEqual({ partnerId: partner.user.id, ...HERE, at: expect.any(String) });
      const order = await server.assignedOrder(partner, customer);
      for (const { socket } of [buying, joined]) await ask(socket, 'joinOrder', { orderId: order.id });
      server.advance(1000);
      const heard = [buying, joined, board].map(({ socket }) =>
        nextEvent(socket, 'partnerLocation', ({ orderId }) => orderId === order.id),
      );
      await send(partner, { heading: 90 });
      for (const place of await Promise.all(heard)) {
        expect(place).toEqual({
          partnerId: partner.user.id,
          orderId: order.id,
          ...HERE,
          heading: 90,
          at: expect.any(String),
        });
      }
      await carry(partner, order.id, 'delivered');
      server.advance(1000);
      const after = nextEvent(board.socket, 'partnerLocation', ({ orderId }) => orderId === undefined);
      await send(partner);
      await after;
      expect((await buying.ear.settled()).of('partnerLocation')).toHaveLength(1);
    });

    it('leaves the server at most once a second, by REST and socket together, and keeps the newest', async () => {
      const partner = await server.partner();
      const { socket } = await listen(partner);
      const start = Date.now();
      const at = (n: number) => new Date(start + n).toISOString();
      const clock = server.advance.bind(server);
      for (let n = 0; n < 10; n += 1) {
        const point = { ...HERE, lat: 12 + n / 100, at: at(n) };
        if (n % 2) expect(await ask(socket, 'partnerLocation', point)).toEqual({ ok: true });
        else await partner.post('/delivery/location', { points: [point] });
      }
      const mine = () => board.ear.of('partnerLocation').filter(({ partnerId }) => partnerId === partner.user.id);
      await board.ear.settled();
      expect(mine().length).toBeLessThanOrEqual(1 + Math.floor((Date.now() - start) / 1000));
      const before = mine().length;
      clock(1000);
      const next = nextEvent(board.socket, 'partnerLocation', ({ partnerId }) => partnerId === partner.user.id);
      expect(await ask(socket, 'partnerLocation', { ...HERE, lat: 13, at: at(50) })).toEqual({ ok: true });
      expect((await next).lat).toBe(13);
      clock(1000);
      await partner.post('/delivery/location', { points: [{ ...HERE, lat: 1, at: at(-60_000) }] }); // an old one, late
      await board.ear.settled();
      expect(mine()).toHaveLength(before + 1);
    });

    it('takes what a phone kept while offline, 1 to 100 points, and tells the newest', async () => {
      const partner = await server.partner();
      const points = (count: number) =>
        Array.from({ length: count }, (_, n) => ({
          lat: 12 + n / 1000,
          lng: 77,
          at: new Date(Date.now() - ((n * 7) % count) * 1000).toISOString(),
        }));
      const heard = nextEvent(board.socket, 'partnerLocation', ({ partnerId }) => partnerId === partner.user.id);
      expect((await partner.post('/delivery/location', { points: points(100) })).status).toBe(204);
      expect((await heard).lat).toBe(12);
      for (const bad of [[], points(101), [{ lat: 12, lng: 77 }], [{ ...HERE, at: at2100(), extra: 1 }]]) {
        expect(refusal(await partner.post('/delivery/location', { points: bad }))).toEqual([400, 'VALIDATION_FAILED']);
      }
      expect(refusal(await (await server.customer()).post('/delivery/location', { points: points(1) }))).toEqual([
        403,
        'FORBIDDEN',
      ]);
    });
  });

  it('tells the customer what happened to the order, once each, and a partner what others did with theirs', async () => {
    const [customer, partner] = [await server.customer(), await server.partner()];
    const [buying, working] = [await listen(customer), await listen(partner)];
    const order = await server.readyOrder(customer);
    const assigned = nextEvent(working.socket, 'notification');
    await admin.put(`/orders/${order.id}/assign`, { partnerId: partner.user.id });
    expect(await assigned).toMatchObject({ type: 'assignment', orderId: order.id });
    const delivered = nextEvent(buying.socket, 'notification', ({ title }) => title === 'Delivered');
    await carry(partner, order.id, 'delivered');
    expect(await delivered).toEqual({
      id: expect.any(String),
      type: 'order',
      title: 'Delivered',
      body: expect.any(String),
      orderId: order.id,
      at: expect.any(String),
    });
    const told = buying.ear.of('notification');
    expect(told.map(({ title }) => title)).toEqual([
      'A courier has your order',
      'Picked up',
      'On the way',
      'Delivered',
    ]);
    expect(new Set(told.map(({ id }) => id)).size).toBe(4);
    expect((await working.ear.settled()).of('notification')).toHaveLength(1);
  });
});

function at2100(): string {
  return '2100-01-01T00:00:00Z';
}
