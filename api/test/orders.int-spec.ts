import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Order, OrderEvent, Page, ProblemBody, Quote } from '@qc/contracts';
import { Types } from 'mongoose';
import { ProductRecord } from '../src/catalog/product.schema';
import { StoreRecord } from '../src/catalog/store.schema';
import { demoProducts, demoStore } from '../src/demo/demo-shop';
import type { Client } from './support/client';
import { refusal, stockOf } from './support/steps';
import { TestServer } from './support/test-server';

const STORE = { lat: 12.9719, lng: 77.6412 };
/** 10 km north of the store, which delivers within 8 km. */
const FAR = { lat: STORE.lat + 0.09, lng: STORE.lng };
const NEAR = { lat: STORE.lat + 0.01, lng: STORE.lng };

describe('a basket and the order that it becomes', () => {
  let server: TestServer;
  let customer: Client;
  beforeAll(async () => {
    server = await TestServer.start();
    customer = await server.customer();
  });
  afterAll(() => server.stop());

  const quote = (items: object[], deliveryAddress?: object) =>
    customer.post<Quote & ProblemBody>('/orders/quote', { items, ...(deliveryAddress && { deliveryAddress }) });

  describe('the quote', () => {
    it('adds up lines, fee and tax, rounds the tax of each line half to even, and takes nothing from stock', async () => {
      const [odd, even] = [await server.product({ price: 1010 }), await server.product({ price: 1030 })];
      const { status, body } = await quote([
        { productId: odd.id, quantity: 1 },
        { productId: even.id, quantity: 3 },
      ]);
      expect(status).toBe(200);
      // 5 % of 1010 is 50.5 → 50; of 3090 is 154.5 → 154; of the sum it would have been 205
      expect(body).toMatchObject({ subtotal: 4100, deliveryFee: 2900, tax: 204, tip: 0, discount: 0, total: 7204 });
      expect(body).toMatchObject({ currency: 'INR', deliverable: true });
      expect(body.items).toMatchObject([
        { productId: odd.id, unitPrice: 1010, quantity: 1, total: 1010 },
        { productId: even.id, unitPrice: 1030, quantity: 3, total: 3090 },
      ]);
      expect(Date.parse(body.eta!.from)).toBeLessThan(Date.parse(body.eta!.to));
      expect(await stockOf(server, even.id)).toBe(100);
    });

    it('drops the fee from exactly the basket on that is delivered for nothing', async () => {
      const [below, at] = [await server.product({ price: 49_899 }), await server.product({ price: 49_900 })];
      expect((await quote([{ productId: below.id, quantity: 1 }])).body.deliveryFee).toBe(2900);
      expect((await quote([{ productId: at.id, quantity: 1 }])).body.deliveryFee).toBe(0);
    });

    it('says that a door outside the radius is not delivered to, and still gives the price', async () => {
      const { id } = await server.product();
      const far = await quote([{ productId: id, quantity: 1 }], { street: 'Far 1', location: FAR });
      expect(far).toMatchObject({ status: 200, body: { deliverable: false, total: 3950 } });
      const near = await quote([{ productId: id, quantity: 1 }], { street: 'Near 1', location: NEAR });
      expect(near.body.deliverable).toBe(true);
    });

    it('is for customers', async () => {
      const { id } = await server.product();
      const partner = await server.partner();
      const answer = await partner.post('/orders/quote', { items: [{ productId: id, quantity: 1 }] });
      expect(refusal(answer)).toEqual([403, 'FORBIDDEN']);
    });
  });

  describe('placing', () => {
    it('answers 201 with the whole order, its version as ETag, ready for a partner', async () => {
      const { id } = await server.product({ price: 1010, name: 'Green tea' });
      const answer = await customer.placeOrder([{ productId: id, quantity: 2 }], { tip: 500, note: 'ring twice' });
      const order = answer.body;
      expect(answer.status).toBe(201);
      expect(answer.headers.get('etag')).toBe('"4"');
      expect(order.number).toMatch(/^QC-[0-9A-HJKMNP-TV-Z]{6}$/);
      expect(order).toMatchObject({
        version: 4,
        status: 'ready',
        currency: 'INR',
        customer: { id: customer.user.id, firstName: 'Asha' },
        partner: null,
        store: { name: 'Green Basket', location: STORE },
        items: [{ productId: id, name: 'Green tea', unitPrice: 1010, quantity: 2, total: 2020 }],
        subtotal: 2020,
        deliveryFee: 2900,
        tax: 101,
        tip: 500,
        discount: 0,
        total: 5521,
        paymentMethod: 'cash',
        paymentStatus: 'pending',
        deliveryAddress: { street: '5 Park Lane', city: 'Bengaluru' },
        lock: null,
        note: 'ring twice',
      });
      expect(order.placedAt).toBe(new Date(order.placedAt).toISOString());
      expect(order.trackingUrl).toMatch(/^\/t\/[\w-]{22}$/);
      expect(order).not.toHaveProperty('tripPay');
      expect(order).not.toHaveProperty('deliveryCode');
      expect(order.history.map(({ seq, status, by }) => [seq, status, by.role])).toEqual([
        [1, 'pending', 'customer'],
        [2, 'confirmed', 'system'],
        [3, 'preparing', 'system'],
        [4, 'ready', 'system'],
      ]);
      expect(await stockOf(server, id)).toBe(98);
    });

    it('writes every step of the way as an event of its own, seq 1 to 4', async () => {
      const { id } = await server.readyOrder(customer);
      const { body } = await customer.get<Page<OrderEvent>>(`/orders/${id}/events`);
      expect(body.items.map(({ seq, type, order }) => [seq, type, order.version, order.status])).toEqual([
        [1, 'placed', 1, 'pending'],
        [2, 'confirmed', 2, 'confirmed'],
        [3, 'preparing', 3, 'preparing'],
        [4, 'ready', 4, 'ready'],
      ]);
      expect(new Set(body.items.map(({ eventId }) => eventId)).size).toBe(4);
      expect(body.nextCursor).toBeNull();
      const rest = await customer.get<Page<OrderEvent>>(`/orders/${id}/events?after=2&limit=1`);
      expect(rest.body).toMatchObject({ items: [{ seq: 3 }], nextCursor: '3' });
    });

    it('refuses what is out of stock, says which and how many are left, and takes nothing of the other lines', async () => {
      const [plenty, few] = [await server.product({ stock: 50 }), await server.product({ stock: 3, name: 'Figs' })];
      for (const items of [
        [
          { productId: plenty.id, quantity: 2 },
          { productId: few.id, quantity: 4 },
        ],
        [
          { productId: few.id, quantity: 4 },
          { productId: plenty.id, quantity: 2 },
        ],
      ]) {
        const answer = await customer.placeOrder(items);
        const line = items.findIndex(({ productId }) => productId === few.id);
        expect(refusal(answer)).toEqual([409, 'OUT_OF_STOCK']);
        expect(answer.body).toMatchObject({ productId: few.id, available: 3, detail: 'only 3 of Figs left' });
        expect(answer.body).toMatchObject({ errors: [{ path: `items[${line}].quantity` }] });
      }
      expect([await stockOf(server, plenty.id), await stockOf(server, few.id)]).toEqual([50, 3]);
      expect((await customer.placeOrder([{ productId: few.id, quantity: 3 }])).status).toBe(201);
    });

    it('does not know a product that never was or is no longer sold', async () => {
      const retired = await server.product();
      await (await server.admin()).delete(`/products/${retired.id}`);
      for (const productId of [retired.id, new Types.ObjectId().toHexString()]) {
        const answer = await customer.placeOrder([{ productId, quantity: 1 }]);
        expect(refusal(answer)).toEqual([404, 'PRODUCT_NOT_FOUND']);
      }
    });

    it('measures the way to the address, else to the customer, and takes an unknown place as inside', async () => {
      const { id } = await server.product();
      const place = async (location?: object, customerLocation?: object) =>
        customer.placeOrder([{ productId: id, quantity: 1 }], {
          deliveryAddress: { street: '1 Lane', ...(location && { location }) },
          ...(customerLocation && { customerLocation }),
        });
      expect(refusal(await place(FAR))).toEqual([422, 'OUT_OF_DELIVERY_AREA']);
      expect(refusal(await place(FAR, NEAR))).toEqual([422, 'OUT_OF_DELIVERY_AREA']);
      expect(refusal(await place(undefined, FAR))).toEqual([422, 'OUT_OF_DELIVERY_AREA']);
      expect(await stockOf(server, id)).toBe(100);
      expect((await place(NEAR, FAR)).body).toMatchObject({ status: 'ready', distanceMeters: 1112 });
      expect((await place(undefined, NEAR)).body.status).toBe('ready');
      expect((await place()).body.status).toBe('ready');
    });

    it('counts the same product twice as one line', async () => {
      const { id } = await server.product({ stock: 5 });
      const twice = await customer.placeOrder([
        { productId: id, quantity: 2 },
        { productId: id, quantity: 3 },
      ]);
      expect(twice.body.items).toMatchObject([{ productId: id, quantity: 5 }]);
      expect(await stockOf(server, id)).toBe(0);
    });

    it.each([
      ['no line at all', (): number[] => []],
      ['a quantity of 0', () => [0]],
      ['a quantity of 100', () => [100]],
      ['half a piece', () => [1.5]],
      ['99 and one more of the same', () => [99, 1]],
      ['51 lines', () => Array.from({ length: 51 }, () => 1)],
    ])('refuses %s', async (_what, quantities) => {
      const { id } = await server.product({ stock: 1000 });
      const answer = await customer.placeOrder(quantities().map((quantity) => ({ productId: id, quantity })));
      expect(refusal(answer)).toEqual([400, 'VALIDATION_FAILED']);
      expect((answer.body as unknown as ProblemBody).errors?.[0]?.path).toMatch(/^items/);
      expect(await stockOf(server, id)).toBe(1000);
    });

    it('takes a basket of 50 lines', async () => {
      const products = await Promise.all(Array.from({ length: 50 }, () => server.product()));
      const answer = await customer.placeOrder(products.map(({ id }) => ({ productId: id, quantity: 99 })));
      expect(answer.body).toMatchObject({ status: 'ready', subtotal: 50 * 99 * 1000 });
    });

    describe('from a closed store', () => {
      afterEach(() => server.settings({ open: true }));

      it('is refused, and the quote says so', async () => {
        const { id } = await server.product();
        await server.settings({ open: false });
        const answer = await customer.placeOrder([{ productId: id, quantity: 1 }]);
        expect(refusal(answer)).toEqual([409, 'STORE_CLOSED']);
        expect((await quote([{ productId: id, quantity: 1 }])).body.deliverable).toBe(false);
        expect(await stockOf(server, id)).toBe(100);
      });
    });

    it('refuses a basket of two stores', async () => {
      const here = await server.product();
      const elsewhere = { ...demoStore(), name: 'Other' };
      const [there] = demoProducts(elsewhere._id);
      await server.database.model(StoreRecord.name).insertMany([elsewhere]);
      await server.database.model(ProductRecord.name).insertMany([there]);
      const items = [here.id, there!._id.toHexString()].map((productId) => ({ productId, quantity: 1 }));
      expect(refusal(await customer.placeOrder(items))).toEqual([400, 'VALIDATION_FAILED']);
      expect(refusal(await quote(items))).toEqual([400, 'VALIDATION_FAILED']);
      expect(await stockOf(server, here.id)).toBe(100);
      await server.database.model(StoreRecord.name).deleteOne({ _id: elsewhere._id });
    });
  });

  describe('ordering again', () => {
    it('places the same basket to the same door at today’s price', async () => {
      const product = await server.product({ price: 1000 });
      const first = (await customer.placeOrder([{ productId: product.id, quantity: 2 }], { note: 'no bell' })).body;
      await (await server.admin()).put(`/products/${product.id}`, { price: 1200 });
      const again = await customer.post<Order>(`/orders/${first.id}/reorder`);
      expect(again.status).toBe(201);
      expect(again.body.id).not.toBe(first.id);
      expect(again.body).toMatchObject({
        status: 'ready',
        subtotal: 2400,
        note: 'no bell',
        deliveryAddress: first.deliveryAddress,
      });
      const stranger = await server.customer();
      expect(refusal(await stranger.post(`/orders/${first.id}/reorder`))).toEqual([404, 'ORDER_NOT_FOUND']);
    });
  });
});
