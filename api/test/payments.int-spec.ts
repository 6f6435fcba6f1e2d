import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Order, OrderEvent, OrderPage, Page } from '@qc/contracts';
import { type CaptureResult, PaymentProvider } from '../src/payments/payment-provider';
import type { Client } from './support/client';
import { carry, refusal, stockOf } from './support/steps';
import { TestServer } from './support/test-server';

describe('the money of an order', () => {
  let server: TestServer;
  let customer: Client;
  beforeAll(async () => {
    server = await TestServer.start();
    customer = await server.customer();
  });
  afterAll(() => server.stop());
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const pay = async (paymentMethod: 'card' | 'wallet' | 'cash', headers?: Record<string, string>) => {
    const product = await server.product({ stock: 10 });
    const answer = await customer.placeOrder([{ productId: product.id, quantity: 3 }], { paymentMethod }, headers);
    return { answer, product };
  };
  const events = async (order: Order) => {
    const { body } = await customer.get<Page<OrderEvent>>(`/orders/${order.id}/events`);
    return body.items.map(({ seq, type }) => [seq, type]);
  };
  const latest = async () => (await customer.get<OrderPage>('/orders?limit=1')).body.items[0]!;

  it.each(['card', 'wallet'] as const)(
    'of a %s is captured at once, and only then the store begins',
    async (method) => {
      const { answer } = await pay(method);
      expect(answer.status).toBe(201);
      expect(answer.headers.get('etag')).toBe('"5"');
      expect(answer.body).toMatchObject({ status: 'ready', version: 5, paymentStatus: 'paid' });
      expect(await events(answer.body)).toEqual([
        [1, 'placed'],
        [2, 'payment'],
        [3, 'confirmed'],
        [4, 'preparing'],
        [5, 'ready'],
      ]);
    },
  );

  it('that is refused is 402, and leaves a cancelled order and the stock as it was', async () => {
    const { answer, product } = await pay('card', { 'X-Test-Payment': 'fail' });
    expect(refusal(answer)).toEqual([402, 'PAYMENT_FAILED']);
    expect(await stockOf(server, product.id)).toBe(10);
    const order = await latest();
    expect(order).toMatchObject({ status: 'cancelled', paymentStatus: 'failed', version: 3 });
    expect((await customer.move(order.id, 'cancelled')).status).toBe(409);
    expect(await stockOf(server, product.id)).toBe(10);
  });

  it('that is refused stays refused when the same key is sent again', async () => {
    const product = await server.product({ stock: 10 });
    const headers = { 'X-Test-Payment': 'fail', 'Idempotency-Key': 'one-press' };
    const press = () =>
      customer.placeOrder([{ productId: product.id, quantity: 1 }], { paymentMethod: 'card' }, headers);
    expect(refusal(await press())).toEqual([402, 'PAYMENT_FAILED']);
    expect(refusal(await press())).toEqual([402, 'PAYMENT_FAILED']);
    expect(await stockOf(server, product.id)).toBe(10);
  });

  it('is given back once when the order is cancelled', async () => {
    const refunds = jest.spyOn(server.app.get(PaymentProvider), 'refund');
    const { answer, product } = await pay('card');
    const cancelled = await customer.post<Order>(`/orders/${answer.body.id}/cancel`);
    expect(cancelled.body).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded', version: 7 });
    expect((await customer.post<Order>(`/orders/${answer.body.id}/cancel`)).body.version).toBe(7);
    expect(refunds).toHaveBeenCalledTimes(1);
    expect((await events(answer.body)).slice(-2)).toEqual([
      [6, 'cancelled'],
      [7, 'payment'],
    ]);
    expect(await stockOf(server, product.id)).toBe(10);
  });

  it('is given back when the admin cancels, after a failed delivery too', async () => {
    const [partner, admin] = [await server.partner(), await server.admin()];
    const { answer } = await pay('wallet');
    await partner.accept(answer.body.id);
    await carry(partner, answer.body.id, 'in_transit');
    const failed = await partner.move(answer.body.id, 'failed', { note: 'nobody at home' });
    expect(failed.body.paymentStatus).toBe('paid');
    const cancelled = await admin.move(answer.body.id, 'cancelled', { note: 'given up' });
    expect(cancelled.body).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' });
  });

  it('in cash is paid at the door, and nothing is given back for an order cancelled before', async () => {
    const partner = await server.partner();
    const { answer } = await pay('cash');
    await partner.accept(answer.body.id);
    await carry(partner, answer.body.id, 'in_transit');
    expect((await customer.get<Order>(`/orders/${answer.body.id}`)).body.paymentStatus).toBe('pending');
    expect((await partner.move(answer.body.id, 'delivered')).body.paymentStatus).toBe('paid');
    const cancelled = await customer.post<Order>(`/orders/${(await pay('cash')).answer.body.id}/cancel`);
    expect(cancelled.body).toMatchObject({ status: 'cancelled', paymentStatus: 'pending', version: 5 });
  });

  describe('while the provider still thinks', () => {
    /** Places a card order whose capture answers only when the returned function is called. */
    const placeSlowly = async () => {
      let decide!: (result: CaptureResult) => void;
      const decided = new Promise<CaptureResult>((resolve) => (decide = resolve));
      const asked = new Promise<void>((resolve) => {
        jest.spyOn(server.app.get(PaymentProvider), 'capture').mockImplementation(() => {
          resolve();
          return decided;
        });
      });
      const placing = pay('card');
      await asked;
      const order = await latest();
      expect(order).toMatchObject({ status: 'pending', paymentStatus: 'pending', version: 1 });
      return { order, decide, placing };
    };

    it('an order cancelled meanwhile puts its stock back once, even when the payment is then refused', async () => {
      const { order, decide, placing } = await placeSlowly();
      expect((await customer.post(`/orders/${order.id}/cancel`)).status).toBe(200);
      decide('refused');
      const { answer, product } = await placing;
      expect(refusal(answer)).toEqual([402, 'PAYMENT_FAILED']);
      expect(await stockOf(server, product.id)).toBe(10);
    });

    it('an order cancelled meanwhile gets its money back when the payment then goes through', async () => {
      const refunds = jest.spyOn(server.app.get(PaymentProvider), 'refund');
      const { order, decide, placing } = await placeSlowly();
      expect((await customer.post(`/orders/${order.id}/cancel`)).status).toBe(200);
      decide('captured');
      const { answer, product } = await placing;
      expect(answer.body).toMatchObject({ status: 'cancelled', paymentStatus: 'refunded' });
      expect(refunds).toHaveBeenCalledTimes(1);
      expect(await stockOf(server, product.id)).toBe(10);
    });
  });
});
