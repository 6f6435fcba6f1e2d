import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Order } from '@qc/contracts';
import { LocksService } from '../../src/delivery/locks.service';
import { Clock } from '../../src/platform/clock';
import type { Answer, Client } from '../support/client';
import { refusal } from '../support/steps';
import { atOnce, LIMIT, outcomeOf, race, ROUNDS, tally, times } from './race';
import { Shop } from './shop';

const RIVALS = 10;

describe('one order, one partner', () => {
  let shop: Shop;
  let product: string;
  let partners: Client[];
  beforeAll(async () => {
    shop = await Shop.open();
    product = await shop.product();
    partners = await shop.server.partners(RIVALS);
  });
  afterAll(() => shop.close());

  const lock = (partner: Client, orderId: string) => partner.post<{ expiresAt: string }>(`/delivery/${orderId}/lock`);
  /** By one address or the other: they are the same. */
  const accept = (partner: Client, orderId: string, n: number) =>
    partner.post<Order>(`/${n % 2 ? 'orders' : 'delivery'}/${orderId}/accept`);
  const assign = (partner: Client, orderId: string) =>
    shop.admin.put<Order>(`/orders/${orderId}/assign`, { partnerId: partner.user.id });
  const assignments = async (orderId: string) =>
    (await shop.events(orderId)).filter((type) => type === 'assigned').length;

  it(
    'of all who accept a free order at once exactly one gets it',
    async () => {
      await race(ROUNDS, async (n) => {
        const { id } = await shop.order(product);
        const answers = await atOnce(
          n,
          partners.map((partner, index) => () => accept(partner, id, n + index)),
        );
        expect(tally(answers)).toEqual({ '200': 1, '409 ORDER_ALREADY_ASSIGNED': RIVALS - 1 });
        const winner = partners[answers.findIndex(({ status }) => status === 200)]!;
        expect(await shop.read(id)).toMatchObject({
          status: 'assigned',
          version: 5,
          partner: { id: winner.user.id },
        });
        expect(await assignments(id)).toBe(1);
        expect(await shop.load(partners)).toBe(1);
        // the winner's second press is no race any more
        expect((await accept(winner, id, n)).body.version).toBe(5);
        await shop.clear(id);
        expect(await shop.load(partners)).toBe(0);
      });
      expect(await shop.broken()).toEqual([]);
    },
    LIMIT,
  );

  it(
    'of all who lock an order at once exactly one holds it, and the holder alone can accept it',
    async () => {
      await race(ROUNDS, async (n) => {
        const { id } = await shop.order(product);
        const locks = await atOnce(
          n,
          partners.map((partner) => () => lock(partner, id)),
        );
        expect(tally(locks)).toEqual({ '200': 1, '423 ORDER_LOCKED': RIVALS - 1 });
        const holder = locks.findIndex(({ status }) => status === 200);
        const answers = await atOnce(
          n,
          partners.map((partner, index) => () => accept(partner, id, n + index)),
        );
        expect(answers[holder]!.status).toBe(200);
        const lost = answers.filter((_, index) => index !== holder).map(outcomeOf);
        expect(lost.filter((one) => !['423 ORDER_LOCKED', '409 ORDER_ALREADY_ASSIGNED'].includes(one))).toEqual([]);
        expect((await shop.read(id)).partner?.id).toBe(partners[holder]!.user.id);
        await shop.clear(id);
      });
      expect(await shop.broken()).toEqual([]);
    },
    LIMIT,
  );

  it(
    'an accept and an assignment give the order to one of the two',
    async () => {
      const [quick, slow, chosen] = partners as [Client, Client, Client];
      await race(ROUNDS, async (n) => {
        const { id } = await shop.order(product);
        const [first, second, assigned] = await atOnce(n, [
          () => accept(quick, id, n),
          () => accept(slow, id, n + 1),
          () => assign(chosen, id),
        ]);
        expect(tally([first!, second!, assigned!])).toEqual({ '200': 1, '409 ORDER_ALREADY_ASSIGNED': 2 });
        const winner = first!.status === 200 ? quick : second!.status === 200 ? slow : chosen;
        expect((await shop.read(id)).partner?.id).toBe(winner.user.id);
        expect(await assignments(id)).toBe(1);
        expect(await shop.load(partners)).toBe(1);
        await shop.clear(id);
      });
      expect(await shop.broken()).toEqual([]);
    },
    LIMIT,
  );

  it(
    'an assignment overrides a lock, and the holder who accepts meanwhile is first or too late',
    async () => {
      const [holder, chosen] = partners as [Client, Client];
      await race(ROUNDS, async (n) => {
        const { id } = await shop.order(product);
        expect((await lock(holder, id)).status).toBe(200);
        const answers = await atOnce(n, [() => accept(holder, id, n), () => assign(chosen, id)]);
        expect(tally(answers)).toEqual({ '200': 1, '409 ORDER_ALREADY_ASSIGNED': 1 });
        expect((await shop.read(id)).partner?.id).toBe((answers[0]!.status === 200 ? holder : chosen).user.id);
        // whoever lost is as free as before
        const other = await shop.order(product);
        const loser = answers[0]!.status === 200 ? chosen : holder;
        expect((await accept(loser, other.id, n)).status).toBe(200);
        await shop.clear(id);
        await shop.clear(other.id);
      });
      expect(await shop.broken()).toEqual([]);
    },
    LIMIT,
  );

  it(
    'an accept and a cancellation agree on who was first',
    async () => {
      const [partner] = partners as [Client];
      await race(ROUNDS, async (n) => {
        const { id } = await shop.order(product);
        const [accepted, cancelled] = await atOnce(n, [
          () => accept(partner, id, n),
          () => shop.customer.post<Order>(`/orders/${id}/cancel`),
        ]);
        // a cancellation is still allowed after the accept, an accept not after the cancellation
        expect(cancelled!.status).toBe(200);
        const first = accepted!.status === 200;
        if (!first) expect(refusal(accepted!)).toEqual([409, 'INVALID_TRANSITION']);
        expect(await shop.read(id)).toMatchObject({ status: 'cancelled', version: first ? 6 : 5 });
        expect(await shop.load(partners)).toBe(0);
      });
      expect(await shop.broken()).toEqual([]);
    },
    LIMIT,
  );

  it(
    'a cancellation that was meant for the waiting order, and an accept: one of the two',
    async () => {
      const [partner] = partners as [Client];
      await race(ROUNDS, async (n) => {
        const { id, version } = await shop.order(product);
        const answers = await atOnce(n, [
          () => accept(partner, id, n),
          () => shop.customer.post<Order>(`/orders/${id}/cancel`, {}, { 'If-Match': `"${version}"` }),
        ]);
        expect([
          ['200', '412 VERSION_MISMATCH'],
          ['409 INVALID_TRANSITION', '200'],
        ]).toContainEqual(answers.map(outcomeOf));
        await shop.clear(id);
      });
      expect(await shop.broken()).toEqual([]);
    },
    LIMIT,
  );

  describe('when a lock ends', () => {
    /** The sweeper is off, and the clock stands where the round puts it. */
    let time = Date.now();
    const standStill = (at: number): void => {
      time = at;
      shop.server.app.get(Clock).now = () => new Date(at);
    };
    beforeAll(() => {
      jest.spyOn(shop.server.app.get(LocksService), 'sweep').mockResolvedValue();
    });
    afterAll(() => {
      jest.restoreAllMocks();
    });

    it(
      'one millisecond before, the holder alone can have the order; at the instant, whoever is first',
      async () => {
        const [holder, ...rivals] = partners as [Client, ...Client[]];
        await race(ROUNDS, async (n) => {
          standStill(time + 1);
          const { id } = await shop.order(product);
          const until = Date.parse((await lock(holder, id)).body.expiresAt);
          const over = n % 2 === 0;
          standStill(over ? until : until - 1);
          const answers = await atOnce(n, [
            ...rivals.map((rival, index) => () => accept(rival, id, n + index)),
            () => accept(holder, id, n),
          ]);
          const lost = answers.map(outcomeOf).filter((one) => one !== '200');
          expect(lost).toHaveLength(RIVALS - 1);
          const allowed = over ? ['409 ORDER_ALREADY_ASSIGNED'] : ['409 ORDER_ALREADY_ASSIGNED', '423 ORDER_LOCKED'];
          expect(lost.filter((one) => !allowed.includes(one))).toEqual([]);
          if (!over) expect(answers.at(-1)!.status).toBe(200);
          expect(await assignments(id)).toBe(1);
          await shop.clear(id);
        });
        expect(await shop.broken()).toEqual([]);
      },
      LIMIT,
    );

    it(
      'a renewal, the end of the lock and a rival’s accept leave one of the two with the order',
      async () => {
        const [holder, rival] = partners as [Client, Client];
        await race(ROUNDS, async (n) => {
          standStill(time + 1);
          const { id } = await shop.order(product);
          const until = Date.parse((await lock(holder, id)).body.expiresAt);
          standStill(until - 1);
          const [renewed, accepted] = await atOnce<Answer<unknown>>(n, [
            () => lock(holder, id),
            () => accept(rival, id, n),
            () => Promise.resolve(standStill(until)) as Promise<never>,
          ]);
          const outcomes = [renewed!, accepted!].map(outcomeOf);
          expect([
            ['200', '423 ORDER_LOCKED'],
            ['409 ORDER_ALREADY_ASSIGNED', '200'],
          ]).toContainEqual(outcomes);
          const { partner, lock: held } = await shop.read(id);
          expect([partner?.id, held !== null]).toEqual(
            accepted!.status === 200 ? [rival.user.id, false] : [undefined, true],
          );
          await shop.clear(id);
        });
        expect(await shop.broken()).toEqual([]);
      },
      LIMIT,
    );

    it(
      'the sweep takes away no lock that was renewed, and no order that was accepted',
      async () => {
        const [holder, rival] = partners as [Client, Client];
        const locks = shop.server.app.get(LocksService);
        jest.restoreAllMocks();
        await race(ROUNDS, async (n) => {
          standStill(time + 1);
          const { id } = await shop.order(product);
          const until = Date.parse((await lock(holder, id)).body.expiresAt);
          standStill(until);
          // over: whoever locks it now begins anew
          const swept = locks.sweep();
          const [mine, yours] = await atOnce<Answer<unknown>>(n, [() => lock(holder, id), () => accept(rival, id, n)]);
          await swept;
          const allowed = [
            ['200', '423 ORDER_LOCKED'],
            ['409 ORDER_ALREADY_ASSIGNED', '200'],
          ];
          expect(allowed).toContainEqual([mine!, yours!].map(outcomeOf));
          const { partner, lock: held } = await shop.read(id);
          expect([partner?.id, held !== null]).toEqual(
            yours!.status === 200 ? [rival.user.id, false] : [undefined, true],
          );
          await shop.clear(id);
        });
        expect(await shop.broken()).toEqual([]);
      },
      LIMIT,
    );
  });
});

describe('one partner, as many orders as they can carry', () => {
  const CAPACITY = 2;
  const ORDERS = 5;
  let shop: Shop;
  /** One for each order: what is put back in one place would wait for each other. */
  let products: string[];
  beforeAll(async () => {
    shop = await Shop.open({ PARTNER_CAPACITY: String(CAPACITY) });
    products = await Promise.all(times(ORDERS, () => shop.product()));
  });
  afterAll(() => shop.close());

  it(
    'however many they accept and are given at once',
    async () => {
      const partner = await shop.server.partner();
      const carrying = { partner: { id: partner.user.id } };
      await race(ROUNDS, async (n) => {
        const orders = await Promise.all(products.map((product) => shop.order(product)));
        const answers = await atOnce(
          n,
          orders.map(
            ({ id }, index) =>
              () =>
                index % 3
                  ? partner.accept(id)
                  : shop.admin.put<Order>(`/admin/orders/${id}/assign`, { partnerId: partner.user.id }),
          ),
        );
        expect(tally(answers)).toEqual({ '200': CAPACITY, '409 PARTNER_BUSY': ORDERS - CAPACITY });
        expect(await shop.load([partner])).toBe(CAPACITY);
        const read = await Promise.all(orders.map(({ id }) => shop.read(id)));
        for (const [index, order] of read.entries())
          expect(order).toMatchObject(answers[index]!.status === 200 ? carrying : { status: 'ready', partner: null });
        await Promise.all(orders.map(({ id }) => shop.clear(id)));
        expect(await shop.load([partner])).toBe(0);
      });
      expect(await shop.broken(CAPACITY)).toEqual([]);
    },
    LIMIT,
  );

  it(
    'one partner holds one order, however many they lock at once',
    async () => {
      const partner = await shop.server.partner();
      await race(ROUNDS, async (n) => {
        const orders = await Promise.all(products.slice(0, 3).map((product) => shop.order(product)));
        const answers = await atOnce(
          n,
          orders.map(
            ({ id }) =>
              () =>
                partner.post(`/delivery/${id}/lock`),
          ),
        );
        expect(tally(answers)).toEqual({ '200': 3 });
        const read = await Promise.all(orders.map(({ id }) => shop.read(id)));
        expect(read.filter(({ lock }) => lock !== null)).toHaveLength(1);
        await Promise.all(orders.map(({ id }) => shop.clear(id)));
      });
      expect(await shop.broken(CAPACITY)).toEqual([]);
    },
    LIMIT,
  );
});
