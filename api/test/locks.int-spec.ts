import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Order, OrderLock, ProblemBody } from '@qc/contracts';
import { Types } from 'mongoose';
import { LocksService } from '../src/delivery/locks.service';
import { Clock } from '../src/platform/clock';
import type { Client } from './support/client';
import { refusal } from './support/steps';
import { TestServer } from './support/test-server';

/** Seconds; the default. */
const TTL = 120;

describe('the hold that a partner has on an order while deciding', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start();
    // who frees a lock must not be the sweeper: without it, time alone has to do
    server.app.get(LocksService).sweep = () => Promise.resolve();
  });
  afterAll(() => server.stop());

  const lock = (partner: Client, orderId: string) => partner.post<OrderLock & ProblemBody>(`/delivery/${orderId}/lock`);
  const lockOf = async (reader: Client, orderId: string) => (await reader.get<Order>(`/orders/${orderId}`)).body.lock;

  it('answers until when, and never changes the version', async () => {
    const partner = await server.partner();
    const order = await server.readyOrder();
    const { status, body } = await lock(partner, order.id);
    expect(status).toBe(200);
    expect(body).toEqual({ orderId: order.id, expiresAt: expect.any(String), lockExpiresIn: TTL });
    const left = Date.parse(body.expiresAt) - Date.now();
    expect(left).toBeGreaterThan((TTL - 10) * 1000);
    expect(left).toBeLessThanOrEqual(TTL * 1000);
    const seen = (await partner.get<Order>(`/orders/${order.id}`)).body;
    expect(seen).toMatchObject({ version: 4, lock: { expiresAt: body.expiresAt, mine: true } });
  });

  it('keeps every other partner out, and tells them how long', async () => {
    const [holder, other] = await server.partners(2);
    const order = await server.readyOrder();
    await lock(holder!, order.id);
    server.advance(30_000);
    const answers = [
      await lock(other!, order.id),
      await other!.post(`/orders/${order.id}/accept`),
      await other!.post(`/delivery/${order.id}/accept`),
    ];
    for (const answer of answers) {
      expect(refusal(answer)).toEqual([423, 'ORDER_LOCKED']);
      const wait = Number(answer.headers.get('retry-after'));
      expect(wait).toBeGreaterThan(80);
      expect(wait).toBeLessThanOrEqual(90);
    }
    expect(await lockOf(other!, order.id)).toMatchObject({ mine: false });
    expect(await lockOf(await server.admin(), order.id)).toMatchObject({ mine: false });
    expect((await holder!.accept(order.id)).body).toMatchObject({ status: 'assigned', lock: null });
  });

  it('is not the customer’s business', async () => {
    const customer = await server.customer();
    const order = await server.readyOrder(customer);
    await lock(await server.partner(), order.id);
    expect(await lockOf(customer, order.id)).toBeNull();
    expect(refusal(await lock(customer, order.id))).toEqual([403, 'FORBIDDEN']);
  });

  it('can be renewed three times, and then no more', async () => {
    const partner = await server.partner();
    const order = await server.readyOrder();
    await lock(partner, order.id);
    let last = '';
    for (let renewal = 1; renewal <= 3; renewal += 1) {
      server.advance(60_000);
      const { status, body } = await lock(partner, order.id);
      expect([status, body.lockExpiresIn, body.expiresAt > last]).toEqual([200, TTL, true]);
      last = body.expiresAt;
    }
    expect(refusal(await lock(partner, order.id))).toEqual([409, 'LOCK_LIMIT']);
    expect(await lockOf(partner, order.id)).toEqual({ expiresAt: last, mine: true });
    expect((await partner.accept(order.id)).status).toBe(200);
  });

  it('on another order lets go of the first', async () => {
    const [holder, other] = await server.partners(2);
    const [first, second] = [await server.readyOrder(), await server.readyOrder()];
    await lock(holder!, first.id);
    expect((await lock(holder!, second.id)).status).toBe(200);
    expect(await lockOf(holder!, first.id)).toBeNull();
    expect((await other!.accept(first.id)).status).toBe(200);
    expect(refusal(await lock(await server.partner(), second.id))).toEqual([423, 'ORDER_LOCKED']);
  });

  it('is let go of when the partner accepts another order', async () => {
    const [holder, other] = await server.partners(2);
    const [first, second] = [await server.readyOrder(), await server.readyOrder()];
    await lock(holder!, first.id);
    expect((await holder!.accept(second.id)).status).toBe(200);
    expect((await other!.accept(first.id)).status).toBe(200);
  });

  it('is over at its instant, to the millisecond, without anybody sweeping', async () => {
    const [holder, accepting, locking] = await server.partners(3);
    const [first, second] = [await server.readyOrder(), await server.readyOrder()];
    const clock = server.app.get(Clock);
    const running = clock.now.bind(clock);
    const standAt = (time: number): void => void (clock.now = () => new Date(time));
    const end = Date.parse((await lock(holder!, first.id)).body.expiresAt);
    standAt(end - 1);
    expect(refusal(await accepting!.accept(first.id))).toEqual([423, 'ORDER_LOCKED']);
    standAt(end);
    expect(await lockOf(accepting!, first.id)).toBeNull();
    expect((await accepting!.accept(first.id)).status).toBe(200);
    await lock(holder!, second.id);
    standAt(end + TTL * 1000);
    expect((await lock(locking!, second.id)).status).toBe(200);
    expect(refusal(await holder!.accept(second.id))).toEqual([423, 'ORDER_LOCKED']);
    clock.now = running;
  });

  it('that is over can be taken anew by the same partner, with three renewals again', async () => {
    const partner = await server.partner();
    const order = await server.readyOrder();
    for (let n = 0; n < 4; n += 1) await lock(partner, order.id);
    expect(refusal(await lock(partner, order.id))).toEqual([409, 'LOCK_LIMIT']);
    server.advance(TTL * 1000);
    expect((await lock(partner, order.id)).status).toBe(200);
    expect((await lock(partner, order.id)).status).toBe(200);
  });

  it('is let go of by DELETE, which is 204 even when nothing is held', async () => {
    const [holder, other] = await server.partners(2);
    const order = await server.readyOrder();
    await lock(holder!, order.id);
    const path = `/delivery/${order.id}/lock`;
    expect((await other!.delete(path)).status).toBe(204);
    expect(refusal(await other!.accept(order.id))).toEqual([423, 'ORDER_LOCKED']);
    expect((await holder!.delete(path)).status).toBe(204);
    expect((await holder!.delete(path)).status).toBe(204);
    expect((await holder!.delete(`/delivery/${new Types.ObjectId().toHexString()}/lock`)).status).toBe(204);
    expect((await other!.accept(order.id)).status).toBe(200);
  });

  it('ends when the partner goes offline', async () => {
    const [holder, other] = await server.partners(2);
    const order = await server.readyOrder();
    await lock(holder!, order.id);
    await holder!.put('/delivery/availability', { available: false });
    expect((await other!.accept(order.id)).status).toBe(200);
  });

  it('ends when the order is cancelled, and does not stand in the way of the next', async () => {
    const [customer, holder] = [await server.customer(), await server.partner()];
    const order = await server.readyOrder(customer);
    await lock(holder, order.id);
    expect((await customer.post(`/orders/${order.id}/cancel`)).status).toBe(200);
    expect((await lock(holder, (await server.readyOrder()).id)).status).toBe(200);
  });

  it('is refused as an accept would be: offline, busy, taken, not waiting, unknown', async () => {
    const [busy, customer] = [await server.partner(), await server.customer()];
    const idle = await server.partner({ available: false });
    const taken = await server.assignedOrder(busy);
    const cancelled = await server.readyOrder(customer);
    await customer.post(`/orders/${cancelled.id}/cancel`);
    const order = await server.readyOrder();
    expect(refusal(await lock(idle, order.id))).toEqual([409, 'PARTNER_OFFLINE']);
    expect(refusal(await lock(busy, order.id))).toEqual([409, 'PARTNER_BUSY']);
    const free = await server.partner();
    expect(refusal(await lock(free, taken.id))).toEqual([409, 'ORDER_ALREADY_ASSIGNED']);
    expect(refusal(await lock(free, cancelled.id))).toEqual([409, 'INVALID_TRANSITION']);
    expect(refusal(await lock(free, new Types.ObjectId().toHexString()))).toEqual([404, 'ORDER_NOT_FOUND']);
    expect(refusal(await lock(free, 'nonsense'))).toEqual([400, 'VALIDATION_FAILED']);
    // a refused lock left nothing behind
    expect((await free.accept(order.id)).status).toBe(200);
  });

  it('does not stop an admin', async () => {
    const [holder, chosen] = await server.partners(2);
    const order = await server.readyOrder();
    await lock(holder!, order.id);
    const assigned = await (
      await server.admin()
    ).put<Order>(`/orders/${order.id}/assign`, { partnerId: chosen!.user.id });
    expect(assigned).toMatchObject({ status: 200, body: { status: 'assigned', lock: null } });
    expect((await lock(holder!, (await server.readyOrder()).id)).status).toBe(200);
  });
});
