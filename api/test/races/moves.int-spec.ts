import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Order } from '@qc/contracts';
import type { Answer, Client } from '../support/client';
import { stockOf } from '../support/steps';
import { atOnce, LIMIT, outcomeOf, race, ROUNDS, tally, times } from './race';
import { Shop } from './shop';

/** One of two moves, never both. */
const ONE_OF_TWO = [
  ['200', '409 INVALID_TRANSITION'],
  ['409 INVALID_TRANSITION', '200'],
];

describe('two moves of one order', () => {
  let shop: Shop;
  let product: string;
  let partner: Client;
  let other: Client;
  beforeAll(async () => {
    shop = await Shop.open();
    product = await shop.product();
    [partner, other] = (await shop.server.partners(2)) as [Client, Client];
  });
  afterAll(() => shop.close());

  const cancel = (orderId: string, headers?: Record<string, string>) =>
    shop.customer.post<Order>(`/orders/${orderId}/cancel`, {}, headers);
  const release = (orderId: string) => partner.post<Order>(`/delivery/${orderId}/release`, { reason: 'a flat tyre' });
  const unassign = (orderId: string) =>
    shop.admin.put<Order>(`/admin/orders/${orderId}/unassign`, { reason: 'somebody is nearer' });
  const assigned = async () => {
    const { id } = await shop.order(product);
    return (await partner.accept(id)).body;
  };
  /** Frees the partner, wherever the order is by now. */
  const end = async (orderId: string) => {
    const { status } = await shop.read(orderId);
    if (status === 'picked_up') await shop.admin.move(orderId, 'failed', { note: 'the round is over' });
    if (status !== 'cancelled') await shop.clear(orderId);
    expect(await shop.load([partner, other])).toBe(0);
  };

  it(
    'a cancellation and the pick-up: one of the two',
    async () => {
      await race(ROUNDS, async (n) => {
        const { id, version } = await assigned();
        const [cancelled, pickedUp] = await atOnce(n, [() => cancel(id), () => partner.move(id, 'picked_up')]);
        expect(ONE_OF_TWO).toContainEqual([cancelled!, pickedUp!].map(outcomeOf));
        const status = cancelled!.status === 200 ? 'cancelled' : 'picked_up';
        expect(await shop.read(id)).toMatchObject({ status, version: version + 1 });
        await end(id);
      });
      expect(await shop.broken()).toEqual([]);
    },
    LIMIT,
  );

  it(
    'of changes that are all meant for one version only one is made',
    async () => {
      await race(ROUNDS, async (n) => {
        const { id, version } = await assigned();
        const only = { 'If-Match': `"${version}"` };
        const answers = await atOnce(n, [
          () => cancel(id, only),
          () => partner.move(id, 'picked_up', {}, only),
          () => partner.post<Order>(`/delivery/${id}/release`, { reason: 'a flat tyre' }, only),
          () => shop.admin.put<Order>(`/admin/orders/${id}/unassign`, { reason: 'somebody is nearer' }, only),
        ]);
        expect(tally(answers)).toEqual({ '200': 1, '412 VERSION_MISMATCH': 3 });
        expect((await shop.read(id)).version).toBe(version + 1);
        await end(id);
      });
      expect(await shop.broken()).toEqual([]);
    },
    LIMIT,
  );

  it(
    'giving an order back and picking it up: one of the two',
    async () => {
      await race(ROUNDS, async (n) => {
        const { id, version } = await assigned();
        const [released, pickedUp] = await atOnce(n, [() => release(id), () => partner.move(id, 'picked_up')]);
        expect(ONE_OF_TWO).toContainEqual([released!, pickedUp!].map(outcomeOf));
        const after =
          released!.status === 200 ? { status: 'ready', partner: null } : { partner: { id: partner.user.id } };
        expect(await shop.read(id)).toMatchObject({ ...after, version: version + 1 });
        await end(id);
      });
      expect(await shop.broken()).toEqual([]);
    },
    LIMIT,
  );

  it(
    'an order that is given back while another partner wants it goes to that one or stays, and frees the first',
    async () => {
      await race(ROUNDS, async (n) => {
        const { id } = await assigned();
        const [released, accepted] = await atOnce(n, [() => release(id), () => other.accept(id)]);
        expect(released!.status).toBe(200);
        expect(['200', '409 ORDER_ALREADY_ASSIGNED']).toContain(outcomeOf(accepted!));
        const taken = accepted!.status === 200;
        expect((await shop.read(id)).partner?.id).toBe(taken ? other.user.id : undefined);
        expect(await shop.load([partner])).toBe(0);
        await end(id);
      });
      expect(await shop.broken()).toEqual([]);
    },
    LIMIT,
  );

  it(
    'an order that its partner gives back and its admin takes away is given back once',
    async () => {
      await race(ROUNDS, async (n) => {
        const { id, version } = await assigned();
        const answers = await atOnce(n, [() => release(id), () => unassign(id)]);
        expect(ONE_OF_TWO).toContainEqual(answers.map(outcomeOf));
        expect(await shop.read(id)).toMatchObject({ status: 'ready', partner: null, version: version + 1 });
        expect((await shop.events(id)).filter((type) => type === 'released')).toHaveLength(1);
        await end(id);
      });
      expect(await shop.broken()).toEqual([]);
    },
    LIMIT,
  );

  it(
    'a step that is pressed many times is one step',
    async () => {
      await race(ROUNDS, async (n) => {
        const { id, version } = await assigned();
        const answers = await atOnce(
          n,
          times(5, () => () => partner.move(id, 'picked_up')),
        );
        expect(tally(answers)).toEqual({ '200': 5 });
        expect((await shop.read(id)).version).toBe(version + 1);
        await end(id);
      });
      expect(await shop.broken()).toEqual([]);
    },
    LIMIT,
  );

  it(
    'the customer, pressing again and again, and the admin cancel an order once, and its stock is back once',
    async () => {
      const scarce = await shop.product(5);
      await race(ROUNDS, async (n) => {
        const { id, version } = (await shop.customer.placeOrder([{ productId: scarce, quantity: 3 }])).body;
        const answers = await atOnce<Answer<Order>>(n, [
          ...times(5, () => () => cancel(id)),
          () => shop.admin.move(id, 'cancelled', { note: 'sold out' }),
        ]);
        const won = answers.at(-1)!.status === 200;
        expect(tally(answers)).toEqual(
          won ? { '200': 1, '409 INVALID_TRANSITION': 5 } : { '200': 5, '409 INVALID_TRANSITION': 1 },
        );
        expect((await shop.read(id)).version).toBe(version + 1);
        expect(await stockOf(shop.server, scarce)).toBe(5);
      });
      expect(await shop.broken()).toEqual([]);
    },
    LIMIT,
  );
});
