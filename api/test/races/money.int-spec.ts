import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Order, Page } from '@qc/contracts';
import { Types } from 'mongoose';
import type { Answer } from '../support/client';
import { payment } from '../../src/ledger/domain/postings';
import { LedgerRepository } from '../../src/ledger/ledger.repository';
import { PaymentProvider } from '../../src/payments/payment-provider';
import { isDuplicateKey } from '../../src/platform/mongo/duplicate-key';
import { Transactions } from '../../src/platform/mongo/transactions';
import { stockOf } from '../support/steps';
import type { TestServer } from '../support/test-server';
import { atOnce, LIMIT, race, ROUNDS, tally, times } from './race';
import { at, Shop } from './shop';

const CARD = { paymentMethod: 'card' };

describe('money is taken and given back once', () => {
  let shop: Shop;
  let product: string;
  beforeAll(async () => {
    shop = await Shop.open();
    product = await shop.product();
  });
  afterAll(() => shop.close());
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const cancel = (orderId: string) => shop.customer.post<Order>(`/orders/${orderId}/cancel`);
  /** Resolves when the changes under way, those that no request waits for among them, are committed or given up. */
  const settled = (server: TestServer) => {
    const runs = jest.spyOn(server.app.get(Transactions), 'run');
    return async (): Promise<void> => {
      for (let known = -1; known < runs.mock.results.length;) {
        known = runs.mock.results.length;
        await Promise.allSettled(runs.mock.results.map(({ value }) => value as Promise<unknown>));
      }
    };
  };
  const paid = async (headers: Record<string, string> = {}): Promise<Order> => {
    const { body } = await shop.customer.placeOrder([{ productId: product, quantity: 1 }], CARD, headers);
    expect(body.paymentStatus).toBe('paid');
    return body;
  };
  const books = async (orderId: string): Promise<string[]> => {
    const entries = await shop.server.database
      .collection('ledger')
      .find({ orderId: new Types.ObjectId(orderId) })
      .toArray();
    return entries.map(({ kind }) => kind as string).sort();
  };

  it(
    'however often the cancellation of a paid order is pressed',
    async () => {
      const refunds = jest.spyOn(shop.server.app.get(PaymentProvider), 'refund');
      await race(ROUNDS, async (n) => {
        const { id, version } = await paid();
        refunds.mockClear();
        const answers = await atOnce<Answer<Order>>(n, [
          ...times(6, () => () => cancel(id)),
          () => shop.admin.move(id, 'cancelled', { note: 'sold out' }),
        ]);
        expect(Object.keys(tally(answers)).sort()).toEqual(['200', '409 INVALID_TRANSITION']);
        expect(refunds).toHaveBeenCalledTimes(1);
        expect(await shop.read(id)).toMatchObject({
          status: 'cancelled',
          paymentStatus: 'refunded',
          version: version + 2,
        });
        expect(await books(id)).toEqual(['charge', 'payment', 'refund', 'reversal']);
      });
      expect(await shop.broken()).toEqual([]);
    },
    LIMIT,
  );

  it(
    'when the provider says twice that it has the money, and the order is cancelled between',
    async () => {
      const quiet = settled(shop.server);
      await race(ROUNDS, async (n) => {
        const { id } = await paid({ 'X-Test-Payment': 'twice' });
        const provider = shop.server.app.get(PaymentProvider);
        const say = (result: 'captured' | 'refused') => () =>
          Promise.resolve(provider.notices.next({ orderId: id, result })) as Promise<never>;
        await atOnce<Answer<Order>>(n, [say('captured'), () => cancel(id), say('refused'), say('captured')]);
        await quiet();
        expect(await shop.read(id)).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' });
        expect((await shop.events(id)).filter((type) => type === 'payment')).toHaveLength(2);
        expect(await books(id)).toEqual(['charge', 'payment', 'refund', 'reversal']);
      });
      expect(await shop.broken()).toEqual([]);
    },
    LIMIT,
  );

  it(
    'when two servers hear the provider and the customer at the same moment',
    async () => {
      const branch = await shop.branch();
      const quiet = [settled(shop.server), settled(branch)];
      const elsewhere = at(branch, shop.customer);
      await race(ROUNDS, async (n) => {
        const { id } = await paid();
        const say = (server: TestServer) => () =>
          Promise.resolve(
            server.app.get(PaymentProvider).notices.next({ orderId: id, result: 'captured' }),
          ) as Promise<never>;
        const answers = await atOnce<Answer<Order>>(n, [
          say(branch),
          () => cancel(id),
          () => elsewhere.post<Order>(`/orders/${id}/cancel`),
          say(shop.server),
          () => cancel(id),
          () => elsewhere.post<Order>(`/orders/${id}/cancel`),
        ]);
        expect(answers.filter(Boolean).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
        for (const one of quiet) await one();
        expect(await shop.read(id)).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' });
        expect(await books(id)).toEqual(['charge', 'payment', 'refund', 'reversal']);
      });
      expect(await shop.broken()).toEqual([]);
    },
    LIMIT,
  );

  it(
    'the books take one entry of a kind for an order, however many bring it',
    async () => {
      const branch = await shop.branch();
      await race(ROUNDS, async (n) => {
        const orderId = new Types.ObjectId();
        const entry = { orderId, currency: 'INR', at: new Date(), ...payment('somebody', 1000) };
        const outcomes = await atOnce(
          n,
          times(6, (index) => () => {
            const { app } = index % 2 ? branch : shop.server;
            const posted = app.get(Transactions).run((session) => app.get(LedgerRepository).post([entry], session));
            return posted.then(
              () => 'booked',
              (error: unknown) => (isDuplicateKey(error, 'orderId') ? 'booked before' : String(error)),
            );
          }),
        );
        expect(outcomes.sort()).toEqual(['booked', ...times(5, () => 'booked before')]);
        await shop.server.database.collection('ledger').deleteMany({ orderId });
      });
    },
    LIMIT,
  );
});

describe('one key, one effect', () => {
  const PRESSES = 20;
  let shop: Shop;
  let branch: TestServer;
  beforeAll(async () => {
    shop = await Shop.open();
    branch = await shop.branch();
  });
  afterAll(() => shop.close());

  it.each(['cash', 'card'])(
    'of 20 requests with one key, at two servers, that place an order for %s',
    async (paymentMethod) => {
      const product = await shop.product();
      const elsewhere = at(branch, shop.customer);
      const before = await stockOf(shop.server, product);
      await race(ROUNDS, async (n) => {
        const headers = { 'Idempotency-Key': randomUUID() };
        const answers = await atOnce(
          n,
          times(
            PRESSES,
            (index) => () =>
              (index % 2 ? elsewhere : shop.customer).placeOrder(
                [{ productId: product, quantity: 1 }],
                { paymentMethod },
                headers,
              ),
          ),
        );
        expect(tally(answers)).toEqual({ '201': PRESSES });
        const [first] = answers;
        for (const { body } of answers) expect({ ...body, eta: null }).toEqual({ ...first!.body, eta: null });
        expect(answers.filter((answer) => answer.headers.get('idempotent-replayed') === 'true')).toHaveLength(
          PRESSES - 1,
        );
        expect(await stockOf(shop.server, product)).toBe(before - n);
      });
      const { items } = (await shop.customer.get<Page<Order>>(`/orders?limit=100`)).body;
      expect(items.filter((order) => order.items[0]!.productId === product)).toHaveLength(Math.min(ROUNDS, 100));
      expect(await shop.broken()).toEqual([]);
    },
    LIMIT,
  );

  it(
    'of 20 requests with one key that accept an order: each gets the winner’s answer',
    async () => {
      const product = await shop.product();
      const partner = await shop.server.partner();
      const elsewhere = at(branch, partner);
      await race(ROUNDS, async (n) => {
        const { id } = await shop.order(product);
        const headers = { 'Idempotency-Key': randomUUID() };
        const answers = await atOnce(
          n,
          times(
            PRESSES,
            (index) => () => (index % 2 ? elsewhere : partner).post<Order>(`/orders/${id}/accept`, {}, headers),
          ),
        );
        expect(tally(answers)).toEqual({ '200': PRESSES });
        expect(new Set(answers.map(({ body }) => body.version))).toEqual(new Set([5]));
        expect((await shop.events(id)).filter((type) => type === 'assigned')).toHaveLength(1);
        await shop.clear(id);
      });
      expect(await shop.broken()).toEqual([]);
    },
    LIMIT,
  );
});
