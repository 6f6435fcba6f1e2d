import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { HistoryEntry, Order, ProblemBody } from '@qc/contracts';
import type { Answer, Client } from './support/client';
import { refusal } from './support/steps';
import { TestServer } from './support/test-server';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOT_A_TIME = [
  'yesterday',
  '',
  '1764000000000',
  '2026-11-23',
  '2026-11-23T05:00:00',
  '2026-11-23 05:00:00Z',
  '2026-13-01T05:00:00Z',
  '2026-11-23T25:00:00Z',
  '{"$gt":""}',
];

describe('when a phone that was offline did it', () => {
  let server: TestServer;
  let partner: Client;
  let order: Order;
  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    partner = await server.partner();
    order = await server.assignedOrder(partner);
  });

  /** What the phone says: how far its clock is off, and how long ago, by that clock, things happened. Milliseconds. */
  const says = ({ wrong = 0, ago, sent = 0 }: { wrong?: number; ago?: number; sent?: number | null }) => ({
    ...(ago !== undefined && { 'X-Occurred-At': new Date(Date.now() + wrong - ago).toISOString() }),
    ...(sent !== null && { 'X-Sent-At': new Date(Date.now() + wrong - sent).toISOString() }),
  });
  const last = ({ body }: Answer<Order>): HistoryEntry => body.history.at(-1)!;
  /** Checks that it happened `ago` before the moment at which the server got the request, which lies between the two. */
  async function expectAgo(ago: number, send: () => Promise<Answer<Order>>): Promise<void> {
    const before = Date.now();
    const answer = await send();
    const after = Date.now();
    expect(answer.status).toBe(200);
    const occurred = Date.parse(last(answer).occurredAt!);
    // the phone's words are of a moment before, and the network takes its time
    expect(occurred).toBeGreaterThanOrEqual(before - ago - 1);
    expect(occurred).toBeLessThanOrEqual(after - ago + 1);
    expect(Date.parse(last(answer).at)).toBeGreaterThanOrEqual(before);
  }

  it.each([
    ['whose clock is right', 0],
    ['whose clock is an hour ahead', HOUR],
    ['whose clock is a day behind', -24 * HOUR],
    ['whose clock was never set', HOUR - Date.now()],
  ])('is kept beside the server’s time, by the server’s clock, for a phone %s', async (_clock, wrong) => {
    await expectAgo(10 * MINUTE, () => partner.move(order.id, 'picked_up', {}, says({ wrong, ago: 10 * MINUTE })));
  });

  it('is taken as the server’s time when the phone does not say when it sent it', async () => {
    await expectAgo(10 * MINUTE, () => partner.move(order.id, 'picked_up', {}, says({ ago: 10 * MINUTE, sent: null })));
  });

  it('is the same moment in any zone', async () => {
    const inIndia = (moment: number) => new Date(moment + 5.5 * HOUR).toISOString().replace('Z', '+05:30');
    await expectAgo(10 * MINUTE, () => {
      const now = Date.now();
      const headers = { 'X-Occurred-At': inIndia(now - 10 * MINUTE), 'X-Sent-At': new Date(now).toISOString() };
      return partner.move(order.id, 'picked_up', {}, headers);
    });
  });

  it('is kept of an accept, of each step and of giving the order back, and read by all parties', async () => {
    await partner.post(`/delivery/${order.id}/release`, { reason: 'flat tyre' }, says({ ago: 9 * MINUTE }));
    await partner.post(`/orders/${order.id}/accept`, undefined, says({ ago: 8 * MINUTE }));
    await partner.move(order.id, 'picked_up', {}, says({ ago: 7 * MINUTE }));
    await partner.move(order.id, 'in_transit', {}, says({ ago: 6 * MINUTE }));
    await partner.move(order.id, 'delivered', {}, says({ ago: 5 * MINUTE }));
    const { history } = (await (await server.admin()).get<Order>(`/orders/${order.id}`)).body;
    const minutesBefore = ({ at, occurredAt }: HistoryEntry) =>
      occurredAt && Math.round((Date.parse(at) - Date.parse(occurredAt)) / MINUTE);
    expect(history.slice(-5).map((entry) => [entry.status, minutesBefore(entry)])).toEqual([
      ['ready', 9],
      ['assigned', 8],
      ['picked_up', 7],
      ['in_transit', 6],
      ['delivered', 5],
    ]);
  });

  it.each([
    ['a phone that says tomorrow', { ago: -24 * HOUR, sent: null }],
    ['a phone that sent it before it happened', { ago: 0, sent: HOUR }],
  ])('is never in the future, for %s', async (_phone, words) => {
    const before = Date.now();
    const answer = await partner.move(order.id, 'picked_up', {}, says(words));
    const { at, occurredAt } = last(answer);
    expect(Date.parse(occurredAt!)).toBeLessThanOrEqual(Date.parse(at));
    expect(Date.parse(occurredAt!)).toBeGreaterThanOrEqual(before);
  });

  it('is not made up when the phone only says when it sent it, or nothing', async () => {
    expect(last(await partner.move(order.id, 'picked_up', {}, says({})))).not.toHaveProperty('occurredAt');
    expect(last(await partner.move(order.id, 'in_transit'))).not.toHaveProperty('occurredAt');
  });

  it.each(NOT_A_TIME)('is 400 and moves nothing when it is %p', async (value) => {
    const wrongly: Record<string, string>[] = [
      { 'X-Occurred-At': value },
      { 'X-Occurred-At': new Date().toISOString(), 'X-Sent-At': value },
      { 'X-Sent-At': value },
    ];
    for (const headers of wrongly) {
      const answer = await partner.move(order.id, 'picked_up', {}, headers);
      expect(refusal(answer)).toEqual([400, 'VALIDATION_FAILED']);
      const wrong = Object.entries(headers).find(([, one]) => one === value)![0];
      expect((answer.body as unknown as ProblemBody).errors).toMatchObject([{ path: wrong }]);
    }
    expect((await partner.get<Order>(`/orders/${order.id}`)).body.status).toBe('assigned');
  });

  it.each(['2026-11-23T05:00:00Z', 'yesterday'])(
    'is nobody’s word but a partner’s: %p is passed over',
    async (value) => {
      const headers = { 'X-Occurred-At': value, 'X-Sent-At': value };
      const [admin, customer] = [await server.admin(), await server.customer()];
      const ready = await server.readyOrder(customer);
      const { user } = await server.partner();
      const assigned = await admin.put<Order>(`/orders/${ready.id}/assign`, { partnerId: user.id }, headers);
      const cancelled = await customer.post<Order>(`/orders/${ready.id}/cancel`, {}, headers);
      const placed = await customer.placeOrder([{ productId: ready.items[0]!.productId, quantity: 1 }], {}, headers);
      expect([assigned.status, cancelled.status, placed.status]).toEqual([200, 200, 201]);
      for (const { body } of [assigned, cancelled, placed])
        expect(body.history.filter((entry) => 'occurredAt' in entry)).toEqual([]);
    },
  );
});
