import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Order, OrderEvent, Page, ProblemBody, Product } from '@qc/contracts';
import { Types } from 'mongoose';
import { LedgerRepository } from '../src/ledger/ledger.repository';
import { SettlementService } from '../src/orders/settlement.service';
import { type CaptureResult, PaymentProvider, type ProviderNotice } from '../src/payments/payment-provider';
import { PaymentsRepository } from '../src/payments/payments.repository';
import { Clock } from '../src/platform/clock';
import { withServerBeside } from './support/beside';
import type { Client } from './support/client';
import { stockOf } from './support/steps';
import { TestServer } from './support/test-server';

const MINUTE = 60_000;
/** Milliseconds after which the patrol asks the provider too. */
const DUE = 16_000;
const STOCK = 10;
const QUANTITY = 3;

type Answer = 'captured' | 'refused';

/** The patrol of a server as a step that the test takes, and at no other time. */
function patrolOf({ app }: TestServer): () => Promise<void> {
  const settlement = app.get(SettlementService);
  clearInterval((settlement as unknown as { patrol: NodeJS.Timeout }).patrol);
  return () => settlement.sweep();
}

describe('the money of an order and the provider’s word', () => {
  let server: TestServer;
  let customer: Client;
  let provider: PaymentProvider;
  let patrol: () => Promise<void>;
  let hearing: jest.SpiedFunction<(notice: ProviderNotice) => Promise<void>>;
  beforeAll(async () => {
    server = await TestServer.start();
    Logger.overrideLogger(false);
    provider = server.app.get(PaymentProvider);
    patrol = patrolOf(server);
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    customer = await server.customer();
    const hears = server.app.get<{ hear(notice: ProviderNotice): Promise<void> }>(SettlementService);
    hearing = jest.spyOn(hears, 'hear');
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** Says it as a webhook does, and waits until it was taken in. */
  async function say(orderId: string, ...results: Answer[]): Promise<void> {
    for (const result of results) provider.notices.next({ orderId, result });
    await Promise.all(hearing.mock.results.map(({ value }) => value));
  }

  interface Purchase {
    order: Order;
    product: Product;
  }

  const buy = async (headers?: Record<string, string>): Promise<Purchase> => {
    const product = await server.product({ stock: STOCK });
    const items = [{ productId: product.id, quantity: QUANTITY }];
    const { body } = await customer.placeOrder(items, { paymentMethod: 'card' }, headers);
    return { order: body, product };
  };
  /** An order whose provider answers `pending` whenever it is asked. */
  const buyUndecided = async (): Promise<Purchase> => {
    jest.spyOn(provider, 'capture').mockResolvedValue('pending');
    const bought = await buy();
    expect(bought.order).toMatchObject({ status: 'pending', paymentStatus: 'pending', version: 1 });
    return bought;
  };
  const read = async ({ order }: Purchase) => (await customer.get<Order>(`/orders/${order.id}`)).body;
  const cancel = ({ order }: Purchase) => customer.post<Order>(`/orders/${order.id}/cancel`);
  const eventsOf = async ({ order }: Purchase) =>
    (await customer.get<Page<OrderEvent>>(`/orders/${order.id}/events`)).body.items.map(({ type }) => type);
  const postingsOf = async ({ order }: Purchase) =>
    (await server.app.get(LedgerRepository).ofOrder(order.id)).map(({ kind }) => kind);
  const stateOf = async ({ order }: Purchase) =>
    (await server.app.get(PaymentsRepository).byId(new Types.ObjectId(order.id)))?.state;
  /** How far the server's clock was moved. Milliseconds. */
  const ahead = () => server.app.get(Clock).now().getTime() - Date.now();
  /** What the books say that the customer owes, or has not got back. Minor units. */
  const heldBack = async () => {
    const sums = await server.app.get(LedgerRepository).balance(`customer:${customer.user.id}`);
    return sums.get('INR') ?? 0;
  };

  const READY = ['placed', 'payment', 'confirmed', 'preparing', 'ready'];
  const GIVEN_BACK = ['charge', 'reversal', 'payment', 'refund'];

  describe('that comes late', () => {
    it('takes effect once, when it comes: the store begins', async () => {
      const bought = await buyUndecided();
      server.advance(6 * MINUTE);
      await say(bought.order.id, 'captured');
      expect(await read(bought)).toMatchObject({ status: 'ready', paymentStatus: 'paid', version: 5 });
      expect(await eventsOf(bought)).toEqual(READY);
      expect(await postingsOf(bought)).toEqual(['charge', 'payment']);
    });

    it('as a refusal cancels the order and puts the stock back', async () => {
      const bought = await buyUndecided();
      await say(bought.order.id, 'refused');
      expect(await read(bought)).toMatchObject({ status: 'cancelled', paymentStatus: 'failed' });
      expect(await stockOf(server, bought.product.id)).toBe(STOCK);
      expect(await postingsOf(bought)).toEqual(['charge', 'reversal']);
    });

    it('is asked for again by the patrol, less and less often', async () => {
      const bought = await buyUndecided();
      const asked = jest.spyOn(provider, 'capture').mockClear();
      const sweep = async (later: number) => {
        server.advance(later);
        await patrol();
        return asked.mock.calls.filter(([{ orderId }]) => orderId === bought.order.id).length;
      };
      expect([await sweep(0), await sweep(DUE), await sweep(0), await sweep(2000), await sweep(2000)]).toEqual([
        0, 1, 1, 2, 2,
      ]);
      asked.mockResolvedValue('captured');
      expect(await sweep(2000)).toBe(3);
      expect(await read(bought)).toMatchObject({ status: 'ready', paymentStatus: 'paid' });
      expect(await sweep(MINUTE)).toBe(3);
    });
  });

  describe.each<[string, Answer[], object, string[]]>([
    ['twice', ['captured', 'captured'], { status: 'ready', paymentStatus: 'paid', version: 5 }, ['charge', 'payment']],
    [
      'three times, a refusal among them',
      ['captured', 'refused', 'captured'],
      { status: 'ready', paymentStatus: 'paid', version: 5 },
      ['charge', 'payment'],
    ],
    [
      'the other way round: what was refused stays so',
      ['refused', 'captured', 'refused'],
      { status: 'cancelled', paymentStatus: 'failed', version: 3 },
      ['charge', 'reversal'],
    ],
  ])('that comes %s', (_how, answers, outcome, postings) => {
    it.each([
      [
        'one after the other',
        async (id: string) => answers.reduce((last, one) => last.then(() => say(id, one)), say(id)),
      ],
      [
        'one after the other, over ten minutes',
        async (id: string) => {
          for (const one of answers) {
            server.advance(5 * MINUTE - 1000);
            await say(id, one);
          }
        },
      ],
    ])('takes effect once, %s', async (_when, sayAll) => {
      const bought = await buyUndecided();
      await sayAll(bought.order.id);
      expect(await read(bought)).toMatchObject(outcome);
      expect(await postingsOf(bought)).toEqual(postings);
    });
  });

  it('that comes ten times at once, beside the answer itself, takes effect once', async () => {
    let decide!: (result: CaptureResult) => void;
    const decided = new Promise<CaptureResult>((resolve) => (decide = resolve));
    const asked = new Promise<string>((resolve) => {
      jest.spyOn(provider, 'capture').mockImplementation(({ orderId }) => {
        resolve(orderId);
        return decided;
      });
    });
    const placing = buy();
    const orderId = await asked;
    for (let n = 0; n < 10; n += 1) provider.notices.next({ orderId, result: 'captured' });
    decide('captured');
    const bought = await placing;
    await say(orderId);
    expect(bought.order).toMatchObject({ status: 'ready', paymentStatus: 'paid', version: 5 });
    expect(await eventsOf(bought)).toEqual(READY);
    expect(await postingsOf(bought)).toEqual(['charge', 'payment']);
  });

  it.each(['0'.repeat(24), 'no-id', ''])('about nobody’s order, %p, is passed over', async (orderId) => {
    await say(orderId, 'captured', 'refused');
    expect((await buy()).order).toMatchObject({ status: 'ready', paymentStatus: 'paid' });
  });

  describe('after the order was cancelled', () => {
    it('as a yes: the money goes back, once, however often it is said', async () => {
      const refunds = jest.spyOn(provider, 'refund');
      const bought = await buyUndecided();
      expect((await cancel(bought)).body).toMatchObject({ status: 'cancelled', paymentStatus: 'pending' });
      await say(bought.order.id, 'captured', 'captured');
      await say(bought.order.id, 'captured', 'refused');
      expect(await read(bought)).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' });
      expect(refunds.mock.calls).toEqual([[{ orderId: bought.order.id, amount: bought.order.total, currency: 'INR' }]]);
      expect(await postingsOf(bought)).toEqual(GIVEN_BACK);
      expect(await stockOf(server, bought.product.id)).toBe(STOCK);
      expect(await heldBack()).toBe(0);
    });

    it('as a no: nothing goes back, and the stock is back once', async () => {
      const refunds = jest.spyOn(provider, 'refund');
      const bought = await buyUndecided();
      await cancel(bought);
      await say(bought.order.id, 'refused');
      expect(await read(bought)).toMatchObject({ status: 'cancelled', paymentStatus: 'failed' });
      expect(refunds).not.toHaveBeenCalled();
      expect(await stockOf(server, bought.product.id)).toBe(STOCK);
    });

    it('at the very moment: the order is cancelled and even, whoever was first', async () => {
      for (let round = 0; round < 8; round += 1) {
        const bought = await buyUndecided();
        const pressing = cancel(bought);
        await say(bought.order.id, 'captured');
        expect((await pressing).status).toBe(200);
        await say(bought.order.id, 'captured');
        expect(await read(bought)).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' });
        expect((await postingsOf(bought)).toSorted()).toEqual(GIVEN_BACK.toSorted());
        expect(await stockOf(server, bought.product.id)).toBe(STOCK);
      }
      expect(await heldBack()).toBe(0);
    });
  });

  describe('that does not come', () => {
    it('is waited for 15 minutes, then the order is cancelled and its stock is back', async () => {
      const bought = await buyUndecided();
      const sweep = async (later: number) => {
        server.advance(later);
        await patrol();
        return (await read(bought)).status;
      };
      expect(await sweep(14 * MINUTE)).toBe('pending');
      expect(await stockOf(server, bought.product.id)).toBe(STOCK - QUANTITY);
      expect(await sweep(2 * MINUTE)).toBe('cancelled');
      expect(await read(bought)).toMatchObject({ reason: 'the payment did not come in', paymentStatus: 'pending' });
      expect(await stockOf(server, bought.product.id)).toBe(STOCK);
      expect(await postingsOf(bought)).toEqual(['charge', 'reversal']);
    });

    it('and comes after that: the money goes back', async () => {
      const bought = await buyUndecided();
      server.advance(16 * MINUTE);
      await patrol();
      await say(bought.order.id, 'captured');
      expect(await read(bought)).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' });
      expect(await postingsOf(bought)).toEqual(GIVEN_BACK);
      expect(await stockOf(server, bought.product.id)).toBe(STOCK);
      expect(await heldBack()).toBe(0);
    });

    it('because the provider is out of order: the order waits for it, and the patrol asks again', async () => {
      const asked = jest.spyOn(provider, 'capture').mockRejectedValue(new Error('502 Bad Gateway'));
      const bought = await buy();
      expect(bought.order).toMatchObject({ status: 'pending', paymentStatus: 'pending' });
      asked.mockRestore();
      server.advance(DUE);
      await patrol();
      expect(await read(bought)).toMatchObject({ status: 'ready', paymentStatus: 'paid' });
    });
  });

  describe('on giving back', () => {
    it('is asked for once, and booked once, by ten who cancel at once', async () => {
      const refunds = jest.spyOn(provider, 'refund');
      const bought = await buy();
      const answers = await Promise.all(Array.from({ length: 10 }, () => cancel(bought)));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      await cancel(bought);
      expect(refunds).toHaveBeenCalledTimes(1);
      expect((await postingsOf(bought)).filter((kind) => kind === 'refund')).toHaveLength(1);
      expect((await read(bought)).paymentStatus).toBe('refunded');
      expect(await heldBack()).toBe(0);
    });

    it('that does not come is asked for again, and booked when it came', async () => {
      const refunds = jest.spyOn(provider, 'refund').mockRejectedValue(new Error('502 Bad Gateway'));
      const bought = await buy();
      expect((await cancel(bought)).body).toMatchObject({ status: 'cancelled', paymentStatus: 'paid' });
      expect(await stateOf(bought)).toBe('refunding');
      expect(await postingsOf(bought)).toEqual(['charge', 'payment', 'reversal']);
      refunds.mockResolvedValue(undefined);
      server.advance(DUE);
      await patrol();
      expect(await read(bought)).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' });
      expect(await postingsOf(bought)).toEqual(['charge', 'payment', 'reversal', 'refund']);
      expect(await heldBack()).toBe(0);
    });
  });

  describe('to a process that died before it heard it', () => {
    it('is asked for again by the next one, and what the dead one would still have heard changes nothing', async () => {
      let decide!: (result: CaptureResult) => void;
      const decided = new Promise<CaptureResult>((resolve) => (decide = resolve));
      const asked = new Promise<string>((resolve) => {
        jest.spyOn(provider, 'capture').mockImplementation(({ orderId }) => {
          resolve(orderId);
          return decided;
        });
      });
      const placing = buy();
      const orderId = new Types.ObjectId(await asked);
      await withServerBeside(server, async (next) => {
        const payments = next.app.get(PaymentsRepository);
        const patrolNext = patrolOf(next);
        next.advance(ahead());
        await patrolNext();
        expect((await payments.byId(orderId))?.state).toBe('capturing');
        next.advance(DUE);
        await patrolNext();
        expect((await payments.byId(orderId))?.state).toBe('captured');
      });
      decide('refused');
      const bought = await placing;
      expect(bought.order).toMatchObject({ status: 'ready', paymentStatus: 'paid' });
      expect(await eventsOf(bought)).toEqual(READY);
      expect(await postingsOf(bought)).toEqual(['charge', 'payment']);
    });

    it('and was to give money back, is asked for again by the next one, and booked once', async () => {
      let answer!: () => void;
      const asked = new Promise<void>((resolve) => {
        jest.spyOn(provider, 'refund').mockImplementation(() => {
          resolve();
          return new Promise((given) => (answer = given));
        });
      });
      const bought = await buy();
      const cancelling = cancel(bought);
      await asked;
      await withServerBeside(server, async (next) => {
        const patrolNext = patrolOf(next);
        next.advance(ahead() + DUE);
        await patrolNext();
        expect((await next.app.get(PaymentsRepository).byId(new Types.ObjectId(bought.order.id)))?.state).toBe(
          'refunded',
        );
      });
      answer();
      expect((await cancelling).body).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded', version: 7 });
      expect(await read(bought)).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' });
      expect(await postingsOf(bought)).toEqual(['charge', 'payment', 'reversal', 'refund']);
      expect(await heldBack()).toBe(0);
    });
  });

  it('that is a no cannot be taken back', async () => {
    const refused = (await buy({ 'X-Test-Payment': 'fail' })).order as unknown as ProblemBody & { orderId: string };
    expect(refused).toMatchObject({ status: 402, code: 'PAYMENT_FAILED' });
    await say(refused.orderId, 'captured');
    const { body } = await customer.get<Order>(`/orders/${refused.orderId}`);
    expect(body).toMatchObject({ status: 'cancelled', paymentStatus: 'failed' });
  });
});
