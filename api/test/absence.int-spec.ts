import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Order } from '@qc/contracts';
import { type Client, type LiveClient, nextEvent } from './support/client';
import { TestServer } from './support/test-server';

/** Seconds. */
const ABSENCE = 1;

describe('a partner whose connection is lost while holding an order', () => {
  let server: TestServer;
  let witness: LiveClient;
  let partner: Client;
  let order: Order;
  beforeAll(async () => {
    server = await TestServer.start({ PARTNER_ABSENCE_TTL: String(ABSENCE) });
    witness = await (await server.partner()).connect();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    partner = await server.partner();
    order = await server.readyOrder();
  });

  const released = async () => (await nextEvent(witness, 'orderLockReleased')).orderId;
  const lockOf = async () => (await partner.get<Order>(`/orders/${order.id}`)).body.lock;

  it('lets go of it after a while, is told of to the others, and is still at work', async () => {
    const socket = await partner.connect();
    await partner.post(`/delivery/${order.id}/lock`);
    const [heard, since] = [released(), performance.now()];
    socket.disconnect();
    expect(await heard).toBe(order.id);
    expect(performance.now() - since).toBeGreaterThan(ABSENCE * 900);
    expect(await lockOf()).toBeNull();
    expect((await partner.accept(order.id)).status).toBe(200);
  });

  it('keeps it when back in time, or on another connection', async () => {
    const [first, second] = [await partner.connect(), await partner.connect()];
    await partner.post(`/delivery/${order.id}/lock`);
    first.disconnect();
    second.disconnect();
    await partner.connect();
    // another one’s absence began later: when that has ended, this one’s time was up too
    const later = await server.partner();
    const [socket, other] = [await later.connect(), await server.readyOrder()];
    await later.post(`/delivery/${other.id}/lock`);
    const heard = released();
    socket.disconnect();
    expect(await heard).toBe(other.id);
    expect(await lockOf()).toMatchObject({ mine: true });
  });
});
