import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Order } from '@qc/contracts';
import { TestServer } from './support/test-server';

describe('one order', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await TestServer.start();
  });
  afterAll(() => server.stop());

  it('goes from the customer’s tap to the door', async () => {
    const customer = await server.customer();
    const partner = await server.partner();
    const order = await server.readyOrder(customer);
    expect(order).toMatchObject({ status: 'ready', version: 4, partner: null });
    expect((await partner.accept(order.id)).body).toMatchObject({
      status: 'assigned',
      partner: { id: partner.user.id },
    });
    for (const status of ['picked_up', 'in_transit', 'delivered']) {
      expect((await partner.move(order.id, status)).body).toMatchObject({ status });
    }
    const delivered = await customer.get<Order>(`/orders/${order.id}`);
    expect(delivered.body.history.map((entry) => entry.status)).toEqual([
      'pending',
      'confirmed',
      'preparing',
      'ready',
      'assigned',
      'picked_up',
      'in_transit',
      'delivered',
    ]);
  });
});
