import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CancellationTerms, DeliveryStats, Order, ProblemBody } from '@qc/contracts';
import { carry, refusal, stockOf } from './support/steps';
import { TestServer } from './support/test-server';

describe('the end of an order', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(() => server.stop());

  describe('cancelling', () => {
    it('puts the stock back exactly once, however often it is said', async () => {
      const customer = await server.customer();
      const { id } = await server.product({ stock: 10 });
      const order = (await customer.placeOrder([{ productId: id, quantity: 4 }])).body;
      expect(await stockOf(server, id)).toBe(6);
      const first = await customer.post<Order>(`/orders/${order.id}/cancel`, { reason: 'changed my mind' });
      expect(first).toMatchObject({
        status: 200,
        body: { status: 'cancelled', version: 5, reason: 'changed my mind' },
      });
      const again = await customer.post<Order>(`/orders/${order.id}/cancel`, { reason: 'still' });
      expect(again).toMatchObject({ status: 200, body: { version: 5, reason: 'changed my mind' } });
      expect((await customer.move(order.id, 'cancelled')).status).toBe(200);
      expect(await stockOf(server, id)).toBe(10);
    });

    it('needs no body, and is the same by PUT', async () => {
      const customer = await server.customer();
      const [one, two] = [await server.readyOrder(customer), await server.readyOrder(customer)];
      expect((await customer.post<Order>(`/orders/${one.id}/cancel`)).body).toMatchObject({ status: 'cancelled' });
      expect((await customer.move(two.id, 'cancelled', { note: 'by PUT' })).body.reason).toBe('by PUT');
    });

    it('frees the partner who had already taken it', async () => {
      const customer = await server.customer();
      const partner = await server.partner();
      const order = await server.assignedOrder(partner, customer);
      expect((await customer.post(`/orders/${order.id}/cancel`)).status).toBe(200);
      expect((await partner.get<DeliveryStats>('/delivery/stats')).body.activeDeliveries).toBe(0);
      expect((await partner.accept((await server.readyOrder()).id)).status).toBe(200);
    });

    it('is too late once the partner has the goods, and says so before it is tried', async () => {
      const customer = await server.customer();
      const partner = await server.partner();
      const { id } = await server.product({ stock: 10 });
      const order = (await customer.placeOrder([{ productId: id, quantity: 1 }])).body;
      const terms = async () => (await customer.get<CancellationTerms>(`/orders/${order.id}/cancellation`)).body;
      expect(await terms()).toMatchObject({ allowed: true, cost: 0, currency: 'INR' });
      await partner.accept(order.id);
      expect(await terms()).toMatchObject({ allowed: true, cost: 0 });
      for (const step of ['picked_up', 'in_transit', 'delivered'] as const) {
        await partner.move(order.id, step);
        const answer = await customer.post<ProblemBody & { from: string; to: string }>(`/orders/${order.id}/cancel`);
        expect(refusal(answer)).toEqual([409, 'INVALID_TRANSITION']);
        expect(answer.body).toMatchObject({ from: step, to: 'cancelled' });
        expect(await terms()).toMatchObject({ allowed: false });
      }
      expect(await stockOf(server, id)).toBe(9);
    });

    it('by a partner is 403: giving it back is their way', async () => {
      const partner = await server.partner();
      const order = await server.assignedOrder(partner);
      expect(refusal(await partner.move(order.id, 'cancelled', { note: 'no' }))).toEqual([403, 'FORBIDDEN']);
      expect(refusal(await partner.post(`/orders/${order.id}/cancel`))).toEqual([403, 'FORBIDDEN']);
    });
  });

  describe('rating', () => {
    const delivered = async () => {
      const [customer, partner] = [await server.customer(), await server.partner()];
      const order = await server.assignedOrder(partner, customer);
      await carry(partner, order.id, 'delivered');
      return { customer, partner, order };
    };

    it('is taken once, counts for the partner, and the same again changes nothing', async () => {
      const { customer, partner, order } = await delivered();
      const path = `/orders/${order.id}/rating`;
      const rated = await customer.post<Order>(path, { score: 4, comment: 'quick' });
      expect(rated).toMatchObject({ status: 200, body: { version: 9, rating: { score: 4, comment: 'quick' } } });
      expect((await customer.post<Order>(path, { score: 4, comment: 'quick' })).body.version).toBe(9);
      expect(refusal(await customer.post(path, { score: 1 }))).toEqual([409, 'INVALID_TRANSITION']);
      const stats = (await partner.get<DeliveryStats>('/delivery/stats')).body;
      expect([stats.rating, stats.ratingCount]).toEqual([4, 1]);
    });

    it('without a comment may be repeated too', async () => {
      const { customer, order } = await delivered();
      const path = `/orders/${order.id}/rating`;
      expect((await customer.post<Order>(path, { score: 5 })).body.rating).toEqual({ score: 5 });
      expect((await customer.post<Order>(path, { score: 5 })).status).toBe(200);
    });

    it('waits for the delivery, and is 1 to 5', async () => {
      const customer = await server.customer();
      const order = await server.readyOrder(customer);
      const path = `/orders/${order.id}/rating`;
      expect(refusal(await customer.post(path, { score: 5 }))).toEqual([409, 'INVALID_TRANSITION']);
      for (const score of [0, 6, 4.5, '5']) {
        expect(refusal(await customer.post(path, { score }))).toEqual([400, 'VALIDATION_FAILED']);
      }
      expect(refusal(await (await server.admin()).post(path, { score: 5 }))).toEqual([403, 'FORBIDDEN']);
    });
  });
});
