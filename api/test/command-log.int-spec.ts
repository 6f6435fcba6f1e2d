import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Order, OrderLock } from '@qc/contracts';
import type { CaptureResult } from '../src/payments/payment-provider';
import type { Answer, Client } from './support/client';

/** Milliseconds that a second request waits for the first one's answer, and what is left of them here when asked for. */
const PATIENCE = 10_000;
let impatient = false;
const timers = await import('node:timers/promises');
jest.unstable_mockModule('node:timers/promises', () => ({
  ...timers,
  setTimeout: <T>(ms: number, value: T, options: object) =>
    timers.setTimeout(impatient && ms === PATIENCE ? 1 : ms, value, options),
}));
const { PaymentProvider } = await import('../src/payments/payment-provider');
const { withServerBeside } = await import('./support/beside');
const { carry, refusal, stockOf } = await import('./support/steps');
const { TestServer } = await import('./support/test-server');

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const keyed = (key: string = randomUUID()) => ({ 'Idempotency-Key': key });
const replayed = ({ headers }: Answer<unknown>): boolean => headers.get('idempotent-replayed') === 'true';
/** A problem without the one member that differs from request to request. */
const problem = ({ status, body }: Answer<unknown>): object => ({ ...(body as object), status, requestId: undefined });

describe('a command that is sent again', () => {
  let server: Awaited<ReturnType<typeof TestServer.start>>;
  let admin: Client;
  let customer: Client;
  let partner: Client;
  beforeAll(async () => {
    server = await TestServer.start();
    [admin, customer] = [await server.admin(), await server.customer()];
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    partner = await server.partner();
  });
  afterEach(() => {
    impatient = false;
    jest.restoreAllMocks();
  });

  const order = async (productId: string, headers: Record<string, string>, quantity = 1, buyer = customer) =>
    buyer.placeOrder([{ productId, quantity }], {}, headers);
  const delivered = async () => {
    const { id } = await server.assignedOrder(partner, customer);
    return carry(partner, id, 'delivered');
  };

  /** Every way to move an order, on an order that stands where it is allowed. */
  const COMMANDS: [
    name: string,
    prepare: () => Promise<(headers: Record<string, string>) => Promise<Answer<Order>>>,
  ][] = [
    [
      'POST /orders',
      async () => {
        const { id } = await server.product();
        return (headers) => order(id, headers);
      },
    ],
    [
      'POST /orders/:id/reorder',
      async () => {
        const { id } = await server.readyOrder(customer);
        return (headers) => customer.post<Order>(`/orders/${id}/reorder`, {}, headers);
      },
    ],
    ...['orders', 'delivery'].map((base): (typeof COMMANDS)[number] => [
      `POST /${base}/:id/accept`,
      async () => {
        const { id } = await server.readyOrder(customer);
        return (headers) => partner.post<Order>(`/${base}/${id}/accept`, undefined, headers);
      },
    ]),
    [
      'POST /delivery/:id/release',
      async () => {
        const { id } = await server.assignedOrder(partner, customer);
        return (headers) => partner.post<Order>(`/delivery/${id}/release`, { reason: 'flat tyre' }, headers);
      },
    ],
    [
      'PUT /orders/:id/status',
      async () => {
        const { id } = await server.assignedOrder(partner, customer);
        return (headers) => partner.move(id, 'picked_up', {}, headers);
      },
    ],
    [
      'POST /orders/:id/cancel',
      async () => {
        const { id } = await server.readyOrder(customer);
        return (headers) => customer.post<Order>(`/orders/${id}/cancel`, { reason: 'too late' }, headers);
      },
    ],
    [
      'POST /orders/:id/rating',
      async () => {
        const { id } = await delivered();
        return (headers) => customer.post<Order>(`/orders/${id}/rating`, { score: 5 }, headers);
      },
    ],
    ...['', '/admin'].map((base): (typeof COMMANDS)[number] => [
      `PUT ${base}/orders/:id/assign`,
      async () => {
        const { id } = await server.readyOrder(customer);
        return (headers) => admin.put<Order>(`${base}/orders/${id}/assign`, { partnerId: partner.user.id }, headers);
      },
    ]),
    [
      'PUT /admin/orders/:id/unassign',
      async () => {
        const { id } = await server.assignedOrder(partner, customer);
        return (headers) => admin.put<Order>(`/admin/orders/${id}/unassign`, { reason: 'flat tyre' }, headers);
      },
    ],
  ];

  describe.each(COMMANDS)('%s', (_name, prepare) => {
    it.each(['Idempotency-Key', 'X-Command-Id'])('under one %s changes the order once', async (header) => {
      const send = await prepare();
      const headers = { [header]: randomUUID() };
      const first = await send(headers);
      const second = await send(headers);
      expect(first.status).toBeLessThan(300);
      expect([replayed(first), replayed(second)]).toEqual([false, true]);
      expect([second.status, second.headers.get('etag')]).toEqual([first.status, first.headers.get('etag')]);
      expect(second.body).toEqual(first.body);
    });

    it('20 times at once under one key has one effect and 20 equal answers', async () => {
      const send = await prepare();
      const headers = keyed();
      const orders = server.database.collection('orders');
      const before = await orders.countDocuments();
      const answers = await Promise.all(Array.from({ length: 20 }, () => send(headers)));
      expect(new Set(answers.map(({ status }) => status)).size).toBe(1);
      expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
      expect(answers.filter((answer) => !replayed(answer))).toHaveLength(1);
      const { id, version } = answers[0]!.body;
      expect((await admin.get<Order>(`/orders/${id}`)).body.version).toBe(version);
      expect((await orders.countDocuments()) - before).toBe(answers[0]!.status === 201 ? 1 : 0);
    });
  });

  it('gets the answer of the first time, however far the order has come since', async () => {
    const { id } = await server.readyOrder(customer);
    const accept = () => partner.post<Order>(`/orders/${id}/accept`, undefined, keyed('on-my-way'));
    const first = await accept();
    await carry(partner, id, 'delivered');
    const second = await accept();
    expect(replayed(second)).toBe(true);
    expect(second.body).toMatchObject({ status: 'assigned', version: first.body.version });
    expect(second.body.history).toEqual(first.body.history);
    expect(second.headers.get('etag')).toBe(first.headers.get('etag'));
  });

  it('to lock an order is answered with the first lock and renews nothing', async () => {
    const { id } = await server.readyOrder(customer);
    const headers = keyed();
    const lock = () => partner.post<OrderLock>(`/delivery/${id}/lock`, undefined, headers);
    const first = await lock();
    server.advance(30_000);
    const second = await lock();
    expect(replayed(second)).toBe(true);
    expect(second.body.expiresAt).toBe(first.body.expiresAt);
    expect(second.body.lockExpiresIn).toBeLessThanOrEqual(first.body.lockExpiresIn - 30);
    const renewed = await partner.post<OrderLock>(`/delivery/${id}/lock`, undefined, keyed());
    expect(Date.parse(renewed.body.expiresAt)).toBeGreaterThan(Date.parse(first.body.expiresAt));
  });

  it('goes by `Idempotency-Key` when it carries both', async () => {
    const { id } = await server.product();
    const first = await order(id, { ...keyed('mine'), 'X-Command-Id': randomUUID() });
    const second = await order(id, { ...keyed('mine'), 'X-Command-Id': randomUUID() });
    expect([replayed(second), second.body.id]).toEqual([true, first.body.id]);
  });

  describe('is the same command', () => {
    it('whatever the order of the members in its body', async () => {
      const { id } = await server.product();
      const deliveryAddress = { street: '5 Park Lane', city: 'Bengaluru' };
      const headers = keyed();
      const first = await customer.post<Order>(
        '/orders',
        { items: [{ productId: id, quantity: 1 }], paymentMethod: 'cash', deliveryAddress },
        headers,
      );
      const turned = await customer.post<Order>(
        '/orders',
        {
          deliveryAddress: { city: 'Bengaluru', street: '5 Park Lane' },
          paymentMethod: 'cash',
          items: [{ quantity: 1, productId: id }],
        },
        headers,
      );
      expect([replayed(turned), turned.body.id]).toEqual([true, first.body.id]);
    });

    it('by either address of one route', async () => {
      const { id } = await server.readyOrder(customer);
      const headers = keyed();
      await partner.post(`/orders/${id}/accept`, undefined, headers);
      expect(replayed(await partner.post(`/delivery/${id}/accept`, undefined, headers))).toBe(true);
    });

    it('in another process: of 20 at once at two servers one has an effect', async () => {
      await withServerBeside(server, async (beside) => {
        const there = beside.anonymous();
        there.token = customer.token!;
        const { id } = await server.product({ stock: 50 });
        const headers = keyed();
        const answers = await Promise.all(
          Array.from({ length: 20 }, (_, n) => order(id, headers, 2, n % 2 ? there : customer)),
        );
        expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
        expect(answers.filter((answer) => !replayed(answer))).toHaveLength(1);
        expect(await stockOf(server, id)).toBe(48);
      });
    });
  });

  describe('is another command', () => {
    it('on another route', async () => {
      const headers = keyed();
      const { id } = await server.product();
      const placed = await order(id, headers);
      const cancelled = await customer.post<Order>(`/orders/${placed.body.id}/cancel`, {}, headers);
      expect([cancelled.status, replayed(cancelled), cancelled.body.status]).toEqual([200, false, 'cancelled']);
    });

    it('of another user', async () => {
      const [headers, rival] = [keyed(), await server.partner()];
      const { id } = await server.readyOrder(customer);
      await partner.post(`/orders/${id}/accept`, undefined, headers);
      const theirs = await rival.post(`/orders/${id}/accept`, undefined, headers);
      expect([...refusal(theirs), replayed(theirs)]).toEqual([409, 'ORDER_ALREADY_ASSIGNED', false]);
    });
  });

  describe('for something else is 422, and has no effect:', () => {
    it('another body', async () => {
      const { id } = await server.assignedOrder(partner, customer);
      const headers = keyed();
      await partner.move(id, 'picked_up', {}, headers);
      const other = await partner.move(id, 'in_transit', {}, headers);
      expect(refusal(other)).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
      expect((await partner.get<Order>(`/orders/${id}`)).body.status).toBe('picked_up');
    });

    it('another order', async () => {
      const [one, two] = [await server.readyOrder(customer), await server.readyOrder(customer)];
      const headers = { 'X-Command-Id': randomUUID() };
      await partner.post(`/orders/${one.id}/accept`, undefined, headers);
      const other = await partner.post(`/orders/${two.id}/accept`, undefined, headers);
      expect(refusal(other)).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
      expect((await admin.get<Order>(`/orders/${two.id}`)).body.status).toBe('ready');
    });

    it('and does not spoil the key for what it was made for', async () => {
      const { id } = await server.product();
      const headers = keyed();
      const first = await order(id, headers, 1);
      expect((await order(id, headers, 2)).status).toBe(422);
      expect((await order(id, headers, 1)).body.id).toBe(first.body.id);
    });
  });

  describe('after a refusal for good is refused the same way, though the world has changed:', () => {
    it('OUT_OF_STOCK', async () => {
      const { id } = await server.product({ stock: 1 });
      const headers = keyed();
      const first = await order(id, headers, 2);
      await admin.put(`/products/${id}`, { stockDelta: 10 });
      const second = await order(id, headers, 2);
      expect(refusal(first)).toEqual([409, 'OUT_OF_STOCK']);
      expect([replayed(first), replayed(second)]).toEqual([false, true]);
      expect(problem(second)).toEqual(problem(first));
      expect(await stockOf(server, id)).toBe(11);
      expect((await order(id, keyed(), 2)).status).toBe(201);
    });

    it('INVALID_TRANSITION', async () => {
      const { id } = await server.assignedOrder(partner, customer);
      const headers = keyed();
      const rate = (with_: Record<string, string>) => customer.post(`/orders/${id}/rating`, { score: 4 }, with_);
      const first = await rate(headers);
      await carry(partner, id, 'delivered');
      const second = await rate(headers);
      expect(refusal(first)).toEqual([409, 'INVALID_TRANSITION']);
      expect([replayed(second), problem(second)]).toEqual([true, problem(first)]);
      expect((await rate(keyed())).status).toBe(200);
    });

    it('ORDER_NOT_FOUND', async () => {
      const { id } = await server.assignedOrder(partner, customer);
      const [headers, rival] = [keyed(), await server.partner()];
      const accept = (with_: Record<string, string>) => rival.move(id, 'picked_up', {}, with_);
      const first = await accept(headers);
      await admin.put(`/admin/orders/${id}/unassign`, { reason: 'handed over' });
      await admin.put(`/orders/${id}/assign`, { partnerId: rival.user.id });
      const second = await accept(headers);
      expect(refusal(first)).toEqual([404, 'ORDER_NOT_FOUND']);
      expect([replayed(second), problem(second)]).toEqual([true, problem(first)]);
      expect((await accept(keyed())).body.status).toBe('picked_up');
    });

    it('20 times at once: one is refused first, all are refused alike', async () => {
      const { id } = await server.product({ stock: 1 });
      const headers = keyed();
      const answers = await Promise.all(Array.from({ length: 20 }, () => order(id, headers, 2)));
      expect(answers.map(problem)).toEqual(answers.map(() => problem(answers[0]!)));
      expect(answers.filter((answer) => !replayed(answer))).toHaveLength(1);
    });
  });

  describe('after a refusal that passes is tried anew:', () => {
    it('VERSION_MISMATCH', async () => {
      const { id, version } = await server.assignedOrder(partner, customer);
      const headers = keyed();
      const move = (ifMatch: number) => partner.move(id, 'picked_up', {}, { ...headers, 'If-Match': `"${ifMatch}"` });
      expect(refusal(await move(version - 1))).toEqual([412, 'VERSION_MISMATCH']);
      const again = await move(version);
      expect([again.status, replayed(again), again.body.status]).toEqual([200, false, 'picked_up']);
    });

    it('ORDER_LOCKED', async () => {
      const rival = await server.partner();
      const { id } = await server.readyOrder(customer);
      const headers = keyed();
      const accept = () => partner.post<Order>(`/orders/${id}/accept`, undefined, headers);
      await rival.post(`/delivery/${id}/lock`);
      expect(refusal(await accept())).toEqual([423, 'ORDER_LOCKED']);
      await rival.delete(`/delivery/${id}/lock`);
      const again = await accept();
      expect([again.status, replayed(again), again.body.status]).toEqual([200, false, 'assigned']);
    });

    it('VALIDATION_FAILED', async () => {
      const { id } = await server.product();
      const headers = keyed();
      expect((await order(id, headers, 0)).status).toBe(400);
      expect((await order(id, headers, 1)).status).toBe(201);
    });
  });

  describe('while the first one is still under way', () => {
    /** A card order under this key whose capture answers only when the returned function is called. */
    const placeSlowly = async (productId: string, headers: Record<string, string>) => {
      let decide!: (result: CaptureResult) => void;
      const decided = new Promise<CaptureResult>((resolve) => (decide = resolve));
      const asked = new Promise<void>((resolve) => {
        jest.spyOn(server.app.get(PaymentProvider), 'capture').mockImplementation(() => {
          resolve();
          return decided;
        });
      });
      const press = () => customer.placeOrder([{ productId, quantity: 1 }], { paymentMethod: 'card' }, headers);
      const first = press();
      await asked;
      return { first, press, decide };
    };

    it('waits for its answer', async () => {
      const { id } = await server.product({ stock: 5 });
      const { first, press, decide } = await placeSlowly(id, keyed());
      const second = press();
      decide('captured');
      expect((await second).body).toEqual((await first).body);
      expect([replayed(await first), replayed(await second)]).toEqual([false, true]);
      expect(await stockOf(server, id)).toBe(4);
    });

    it('is told to come back when that takes too long, and then gets its answer', async () => {
      const { id } = await server.product({ stock: 5 });
      const { first, press, decide } = await placeSlowly(id, keyed());
      impatient = true;
      const second = await press();
      expect(refusal(second)).toEqual([409, 'IDEMPOTENCY_IN_PROGRESS']);
      expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0);
      decide('captured');
      const third = ((await first).status === 201 && (await press())) as Answer<Order>;
      expect([third.status, replayed(third), third.body.paymentStatus]).toEqual([201, true, 'paid']);
      expect(await stockOf(server, id)).toBe(4);
    });
  });

  it.each([
    ['X-Command-Id', 'not-a-uuid'],
    ['X-Command-Id', ''],
    ['X-Command-Id', `${randomUUID()}0`],
    ['X-Command-Id', '{"$gt":""}'],
    ['Idempotency-Key', ''],
    ['Idempotency-Key', 'two words'],
    ['Idempotency-Key', 'caf\u00e9'],
    ['Idempotency-Key', 'x'.repeat(256)],
  ])('under %s %p is 400, names the header and has no effect', async (header, value) => {
    const { id } = await server.product({ stock: 5 });
    const answer = await order(id, { [header]: value });
    expect(refusal(answer)).toEqual([400, 'VALIDATION_FAILED']);
    expect((answer.body as unknown as { errors: { path: string }[] }).errors.map(({ path }) => path)).toEqual([header]);
    expect(await stockOf(server, id)).toBe(5);
  });

  it('keeps no more of it than ids, and lets the database clear it away at its end', async () => {
    const commands = server.database.collection<{ _id: string; expiresAt: Date }>('commands');
    const ttl = (await commands.indexes()).filter(({ key }) => 'expiresAt' in key);
    expect(ttl).toMatchObject([{ key: { expiresAt: 1 }, expireAfterSeconds: 0 }]);
    await commands.deleteMany({});
    const { id } = await server.product();
    await order(id, keyed('a-key-of-somebody'));
    const [kept, ...more] = await commands.find().toArray();
    expect(more).toEqual([]);
    expect(Object.keys(kept!).toSorted()).toEqual(['_id', 'expiresAt', 'fingerprint', 'orderId', 'seq']);
    expect(JSON.stringify(kept)).not.toContain('a-key-of-somebody');
  });

  // last: the server's clock goes a day ahead
  it.each([
    ['its answer', (id: string, headers: Record<string, string>) => order(id, headers, 1)],
    ['a refusal', (id: string, headers: Record<string, string>) => order(id, headers, 7)],
  ])('within 24 h is replayed, and is new after them, by the server’s clock: %s', async (_what, send) => {
    const { id } = await server.product({ stock: 5 });
    const headers = keyed();
    const first = await send(id, headers);
    server.advance(23 * HOUR + 59 * MINUTE);
    const replay = await send(id, headers);
    expect([replay.status, replayed(replay)]).toEqual([first.status, true]);
    server.advance(2 * MINUTE);
    const anew = await send(id, headers);
    expect([anew.status, replayed(anew)]).toEqual([first.status, false]);
    if (anew.status === 201) expect(anew.body.id).not.toBe(first.body.id);
    // and is kept for a day of its own
    server.advance(23 * HOUR + 59 * MINUTE);
    const again = await send(id, headers);
    expect([again.status, replayed(again), again.body.id]).toEqual([first.status, true, anew.body.id]);
  });
});
