import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JoinedOrder, Order, OrderEvent, Page, TrackedOrder } from '@qc/contracts';
import { type Client, nextEvent } from './support/client';
import { ask, Ear } from './support/live';
import { carry, refusal } from './support/steps';
import { TestServer } from './support/test-server';

const HERE = { lat: 12.95, lng: 77.61 };

describe('the public link of an order', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start({ PARTNER_CAPACITY: '2' });
  });
  afterAll(() => server.stop());

  const tokenOf = (order: Order): string => order.trackingUrl!.slice('/t/'.length);
  const track = (order: Order) => server.anonymous().get<TrackedOrder>(`/track/${tokenOf(order)}`);
  const follow = async (order: Order) => {
    const socket = await server.anonymous().connect({ trackingToken: tokenOf(order) });
    return { socket, ear: new Ear(socket) };
  };
  const place = async (customer: Client) =>
    server.readyOrder(customer, {
      deliveryAddress: { street: '5 Park Lane', instructions: 'blue door' },
      note: 'a secret',
    });
  const stand = (partner: Client) =>
    partner.post('/delivery/location', { points: [{ ...HERE, at: new Date().toISOString() }] });

  it('shows status, arrival, store and the courier’s first name, and nothing else', async () => {
    const customer = await server.customer('Zarina');
    const partner = await server.partner({ firstName: 'Meera' });
    const order = await place(customer);
    const seen = await track(order);
    expect(seen.status).toBe(200);
    expect(seen.body).toEqual({
      id: order.id,
      number: order.number,
      version: 4,
      status: 'ready',
      eta: { from: expect.any(String), to: expect.any(String) },
      store: { name: 'Green Basket', location: { lat: 12.9719, lng: 77.6412 } },
      partner: null,
      updatedAt: order.updatedAt,
    });
    await partner.accept(order.id);
    const taken = (await track(order)).body;
    expect(taken).toMatchObject({ status: 'assigned', partner: { firstName: 'Meera' } });
    expect(JSON.stringify(taken)).not.toMatch(/Zarina|Park Lane|blue door|secret|\+91|Test tea|total/);
    expect(JSON.stringify(taken)).not.toContain(partner.user.id);
  });

  it('opens nothing with another token', async () => {
    const order = await server.readyOrder(await server.customer());
    for (const token of ['nonsense', order.id, `${tokenOf(order)}x`, tokenOf(order).toLowerCase() + '-']) {
      expect(refusal(await server.anonymous().get(`/track/${token}`))).toEqual([404, 'ORDER_NOT_FOUND']);
    }
  });

  it('shows the courier’s place from the pick-up to the end, not before and not after', async () => {
    const [customer, partner] = [await server.customer(), await server.partner()];
    const order = await place(customer);
    await partner.accept(order.id);
    await stand(partner);
    expect((await track(order)).body.partner).not.toHaveProperty('location');
    await carry(partner, order.id, 'picked_up');
    expect((await track(order)).body.partner).toMatchObject({ location: HERE });
    await partner.move(order.id, 'in_transit');
    expect((await track(order)).body.partner).toMatchObject({ location: HERE });
    await partner.move(order.id, 'delivered');
    expect((await track(order)).body).toMatchObject({ status: 'delivered', eta: null, partner: { firstName: 'Ravi' } });
    expect((await track(order)).body.partner).not.toHaveProperty('location');
  });

  it('shows the place only while this is the order being driven to', async () => {
    const [customer, partner] = [await server.customer(), await server.partner()];
    const [next, driven] = [await place(customer), await place(customer)];
    for (const order of [next, driven]) {
      await partner.accept(order.id);
      await carry(partner, order.id, 'picked_up');
    }
    await partner.move(driven.id, 'in_transit');
    await stand(partner);
    expect((await track(driven)).body.partner).toMatchObject({ location: HERE });
    expect((await track(next)).body.partner).not.toHaveProperty('location');
    expect((await customer.get<Order>(`/orders/${driven.id}`)).body.partner).toMatchObject({ location: HERE });
    expect((await customer.get<Order>(`/orders/${next.id}`)).body.partner).not.toHaveProperty('location');
    await partner.move(driven.id, 'delivered');
    expect((await track(next)).body.partner).toMatchObject({ location: HERE });
  });

  it('hears its own order live, reduced, and is let into nothing else', async () => {
    const [customer, partner] = [await server.customer('Zarina'), await server.partner({ firstName: 'Meera' })];
    const [order, other] = [await place(customer), await place(customer)];
    const { socket, ear } = await follow(order);
    const joined = await ask<JoinedOrder>(socket, 'joinOrder', { orderId: order.id, after: 0 });
    expect(joined).toMatchObject({ ok: true, order: { id: order.id, status: 'ready' } });
    expect((joined as JoinedOrder).missed.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(await ask(socket, 'joinOrder', { orderId: other.id })).toEqual({ ok: false, code: 'ORDER_NOT_FOUND' });
    expect(await ask(socket, 'joinAdminRoom', {})).toMatchObject({ ok: false, code: 'UNAUTHENTICATED' });
    const here = { ...HERE, at: new Date().toISOString() };
    expect(await ask(socket, 'partnerLocation', here)).toMatchObject({ ok: false, code: 'UNAUTHENTICATED' });
    expect(await ask(socket, 'authenticate', { token: customer.token })).toMatchObject({ ok: false });
    const delivered = nextEvent(socket, 'orderUpdated', ({ seq }) => seq === 8);
    await partner.accept(other.id);
    await partner.accept(order.id);
    await carry(partner, order.id, 'delivered');
    await delivered;
    const events = ear.of('orderUpdated').filter(({ seq }) => seq > 4);
    expect(events.map(({ orderId, seq }) => [orderId, seq])).toEqual([5, 6, 7, 8].map((seq) => [order.id, seq]));
    expect(JSON.stringify([joined, ear.of('orderUpdated')])).not.toMatch(
      /Zarina|Park Lane|blue door|secret|\+91|total/,
    );
    expect(new Set(ear.names())).toEqual(new Set(['orderUpdated']));
  });

  it('hears the courier move from the pick-up on', async () => {
    const [customer, partner] = [await server.customer(), await server.partner()];
    const order = await place(customer);
    const { socket, ear } = await follow(order);
    await ask(socket, 'joinOrder', { orderId: order.id });
    await partner.accept(order.id);
    await stand(partner);
    await carry(partner, order.id, 'picked_up');
    server.advance(1000);
    const moved = nextEvent(socket, 'partnerLocation');
    await stand(partner);
    expect(await moved).toMatchObject({ ...HERE, orderId: order.id });
    expect(ear.of('partnerLocation')).toHaveLength(1);
  });

  describe('after the delivery', () => {
    const deliveredLongAgo = async () => {
      const [customer, partner] = [await server.customer(), await server.partner()];
      const order = await place(customer);
      await partner.accept(order.id);
      await carry(partner, order.id, 'delivered');
      await stand(partner); // with another errand by now
      return { customer, partner, order };
    };

    it('old events do not tell where the courier is now', async () => {
      const { customer, order } = await deliveredLongAgo();
      const { socket } = await follow(order);
      const joined = await ask<JoinedOrder>(socket, 'joinOrder', { orderId: order.id, after: 0 });
      expect(joined).toMatchObject({ ok: true });
      const own = (await customer.get<Page<OrderEvent>>(`/orders/${order.id}/events`)).body.items;
      expect(own).toHaveLength(8);
      expect(JSON.stringify([joined, own.map((event) => event.order.partner)])).not.toContain(String(HERE.lat));
    });

    it('old events give neither side the other’s phone, nor the courier the address', async () => {
      const { customer, partner, order } = await deliveredLongAgo();
      const events = async (who: Client) =>
        JSON.stringify((await who.get<Page<OrderEvent>>(`/orders/${order.id}/events`)).body.items);
      expect(await events(customer)).not.toContain(partner.user.profile.phone);
      expect(await events(partner)).not.toContain(customer.user.profile.phone);
      expect(await events(partner)).not.toContain('blue door');
    });

    it('a failed one does not tell where the courier goes next', async () => {
      const [customer, partner] = [await server.customer(), await server.partner()];
      const order = await place(customer);
      await partner.accept(order.id);
      await carry(partner, order.id, 'in_transit');
      await partner.move(order.id, 'failed', { note: 'nobody at home' });
      await stand(partner);
      expect((await customer.get<Order>(`/orders/${order.id}`)).body.partner).not.toHaveProperty('location');
    });
  });
});
