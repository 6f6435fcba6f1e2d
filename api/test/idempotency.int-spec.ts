import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Order, Product } from '@qc/contracts';
import { refusal } from './support/steps';
import { TestServer } from './support/test-server';

describe('one press, one order', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(() => server.stop());

  const stockOf = async (id: string): Promise<number> =>
    (await server.anonymous().get<Product>(`/products/${id}`)).body.stock;

  it('places exactly one of 12 requests with one key, and answers all of them with it', async () => {
    const customer = await server.customer();
    const { id } = await server.product({ stock: 50 });
    const headers = { 'Idempotency-Key': randomUUID() };
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => customer.placeOrder([{ productId: id, quantity: 2 }], {}, headers)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 201));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.filter((answer) => answer.headers.get('idempotent-replayed') === 'true')).toHaveLength(11);
    expect(await stockOf(id)).toBe(48);
  });

  it('refuses the same key with another body', async () => {
    const customer = await server.customer();
    const { id } = await server.product();
    const headers = { 'Idempotency-Key': randomUUID() };
    await customer.placeOrder([{ productId: id, quantity: 1 }], {}, headers);
    const other = await customer.placeOrder([{ productId: id, quantity: 2 }], {}, headers);
    expect([other.status, (other.body as unknown as { code: string }).code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
    expect(await stockOf(id)).toBe(99);
  });

  it('takes a key as the customer’s own: another customer’s is another order', async () => {
    const { id } = await server.product();
    const headers = { 'Idempotency-Key': 'the-same' };
    const [mine, yours] = await Promise.all(
      [await server.customer(), await server.customer()].map((buyer) =>
        buyer.placeOrder([{ productId: id, quantity: 1 }], {}, headers),
      ),
    );
    expect(mine!.body.id).not.toBe(yours!.body.id);
  });

  it('orders again once a key', async () => {
    const customer = await server.customer();
    const first = await server.readyOrder(customer);
    const again = () => customer.post<Order>(`/orders/${first.id}/reorder`, {}, { 'Idempotency-Key': 'again' });
    const [one, two] = await Promise.all([again(), again()]);
    expect([one.status, two.status]).toEqual([201, 201]);
    expect(one.body.id).toBe(two.body.id);
    expect(one.body.id).not.toBe(first.id);
  });

  it('refuses to order again what is not theirs, once a key as well', async () => {
    const [order, stranger] = [await server.readyOrder(), await server.customer()];
    const again = () => stranger.post(`/orders/${order.id}/reorder`, {}, { 'Idempotency-Key': 'not-mine' });
    const [first, second] = [await again(), await again()];
    expect([refusal(first), refusal(second)]).toEqual([
      [404, 'ORDER_NOT_FOUND'],
      [404, 'ORDER_NOT_FOUND'],
    ]);
    expect(second.headers.get('idempotent-replayed')).toBe('true');
  });

  it.each(['', 'x'.repeat(256), 'with space'])('refuses the key %p', async (key) => {
    const customer = await server.customer();
    const { id } = await server.product();
    expect((await customer.placeOrder([{ productId: id, quantity: 1 }], {}, { 'Idempotency-Key': key })).status).toBe(
      400,
    );
  });
});
