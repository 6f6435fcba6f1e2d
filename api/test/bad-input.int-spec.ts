import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ProblemBody } from '@qc/contracts';
import type { Answer, Client } from './support/client';
import { TestServer } from './support/test-server';

const UNKNOWN = '0'.repeat(24);

describe('bad input', () => {
  let server: TestServer;
  let customer: Client;
  let partner: Client;
  let admin: Client;
  beforeAll(async () => {
    server = await TestServer.start();
    [customer, partner, admin] = await Promise.all([server.customer(), server.partner(), server.admin()]);
  });
  afterAll(() => server.stop());

  function expectProblem(answer: Answer<ProblemBody>, status: number, code: string): void {
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(Object.keys(answer.body)).toEqual(expect.arrayContaining(['type', 'title', 'status', 'code', 'requestId']));
    expect(answer.body.status).toBe(status);
    expect(JSON.stringify(answer.body)).not.toMatch(/mongo|at \/|node_modules|stack/i);
  }

  const order = (change: object): object => ({
    items: [{ productId: UNKNOWN, quantity: 1 }],
    deliveryAddress: { street: '5 Park Lane' },
    paymentMethod: 'cash',
    ...change,
  });

  it.each<[string, object, string]>([
    ['no items', { items: [] }, 'items'],
    ['items that are no list', { items: 'all of it' }, 'items'],
    ['51 lines', { items: Array.from({ length: 51 }, () => ({ productId: UNKNOWN, quantity: 1 })) }, 'items'],
    ['a quantity of nothing', { items: [{ productId: UNKNOWN, quantity: 0 }] }, 'items[0].quantity'],
    ['a broken quantity', { items: [{ productId: UNKNOWN, quantity: 1.5 }] }, 'items[0].quantity'],
    ['a quantity as text', { items: [{ productId: UNKNOWN, quantity: '1' }] }, 'items[0].quantity'],
    ['a malformed product', { items: [{ productId: 'abc', quantity: 1 }] }, 'items[0].productId'],
    ['an operator for a product', { items: [{ productId: { $gt: '' }, quantity: 1 }] }, 'items[0].productId'],
    ['a price of one’s own', { items: [{ productId: UNKNOWN, quantity: 1, unitPrice: 1 }] }, 'items[0].unitPrice'],
    ['a tip below nothing', { tip: -1 }, 'tip'],
    ['a tip in fractions', { tip: 0.5 }, 'tip'],
    ['an unknown way to pay', { paymentMethod: 'barter' }, 'paymentMethod'],
    ['no address', { deliveryAddress: undefined }, 'deliveryAddress'],
    [
      'a place that is not on earth',
      { deliveryAddress: { street: 'x', location: { lat: 91, lng: 0 } } },
      'deliveryAddress.location.lat',
    ],
    ['a total of one’s own', { total: 1 }, 'total'],
  ])('refuses an order with %s and names it', async (_what, change, path) => {
    const answer = await customer.post('/orders', order(change));
    expectProblem(answer, 400, 'VALIDATION_FAILED');
    expect(answer.body.errors?.map((error) => error.path)).toContain(path);
  });

  it.each<[string, () => Promise<Answer<ProblemBody>>]>([
    ['an operator as e-mail', () => server.anonymous().post('/auth/login', { email: { $gt: '' }, password: 'x' })],
    [
      'an operator as password',
      () => server.anonymous().post('/auth/login', { email: 'a@b.test', password: { $ne: '' } }),
    ],
    ['an operator in a query', () => server.anonymous().get('/products?search[$ne]=x')],
    ['a malformed id', () => customer.get('/orders/abc')],
    ['a limit of 0', () => customer.get('/orders?limit=0')],
    ['a limit of 101', () => customer.get('/orders?limit=101')],
    ['a cursor of one’s own', () => customer.get('/orders?cursor=bm9wZQ')],
    ['an unknown status', () => customer.get('/orders?status=lost')],
    ['an unknown query', () => customer.get('/orders?customerId=1')],
    ['malformed JSON', () => customer.post('/orders', '{"items":')],
    ['JSON that is no object', () => customer.post('/orders', '[1,2,3]')],
    [
      'a body of another kind',
      () => customer.post('/orders', 'items=1', { 'Content-Type': 'application/x-www-form-urlencoded' }),
    ],
    ['an unknown move', () => partner.put(`/orders/${UNKNOWN}/status`, { status: 'eaten' })],
    ['a malformed If-Match', () => admin.put(`/orders/${UNKNOWN}/status`, { status: 'ready' }, { 'If-Match': '4' })],
    [
      '101 positions',
      () =>
        partner.post('/delivery/location', {
          points: Array.from({ length: 101 }, () => ({ lat: 0, lng: 0, at: '2026-01-01T00:00:00Z' })),
        }),
    ],
    ['a price in fractions', () => admin.post('/products', { name: 'x', category: 'y', price: 9.99, stock: 1 })],
    [
      'a script for a picture',
      () => admin.post('/products', { name: 'x', category: 'y', price: 1, stock: 1, imageUrl: 'javascript:alert(1)' }),
    ],
  ])('refuses %s', async (_what, send) => {
    expectProblem(await send(), 400, 'VALIDATION_FAILED');
  });

  it.each<[string, () => Promise<Answer<ProblemBody>>, string]>([
    ['order', () => customer.get(`/orders/${UNKNOWN}`), 'ORDER_NOT_FOUND'],
    ['product', () => customer.get(`/products/${UNKNOWN}`), 'PRODUCT_NOT_FOUND'],
    ['user', () => admin.put(`/admin/users/${UNKNOWN}/active`, { active: false }), 'USER_NOT_FOUND'],
    ['route', () => customer.get('/nothing/here'), 'NOT_FOUND'],
  ])('says that an unknown %s is not there', async (_what, send, code) => {
    expectProblem(await send(), 404, code);
  });

  it('takes no prototype from a body', async () => {
    const polluting = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"items":[]}';
    expect((await customer.post('/orders', polluting)).status).toBe(400);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('refuses a body of 1 MB', async () => {
    expectProblem(await customer.post('/orders', order({ note: 'x'.repeat(1_000_000) })), 413, 'PAYLOAD_TOO_LARGE');
  });

  it('returns a harmless request id and replaces a harmful one', async () => {
    const good = await customer.get(`/orders/${UNKNOWN}`, { 'X-Request-Id': 'my-id.7' });
    expect([good.headers.get('x-request-id'), good.body.requestId]).toEqual(['my-id.7', 'my-id.7']);
    const bad = await customer.get(`/orders/${UNKNOWN}`, { 'X-Request-Id': '<script>' });
    expect(bad.body.requestId).toMatch(/^[\w-]{36}$/);
  });

  it('has changed nothing', async () => {
    const collections = server.database.collections;
    expect(await collections['orders']!.countDocuments()).toBe(0);
    expect(await collections['events']!.countDocuments()).toBe(0);
    expect(await collections['products']!.countDocuments()).toBe(48);
  });
});
