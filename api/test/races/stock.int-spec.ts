import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Answer, Client } from '../support/client';
import { ProductsRepository } from '../../src/catalog/products.repository';
import { Transactions } from '../../src/platform/mongo/transactions';
import { stockOf } from '../support/steps';
import type { TestServer } from '../support/test-server';
import { atOnce, LIMIT, race, ROUNDS, tally, times } from './race';
import { at, Shop } from './shop';

const BUYERS = 20;
const PIECES = 4;

describe('nothing is sold twice', () => {
  let shop: Shop;
  let branch: TestServer;
  let buyers: Client[];
  beforeAll(async () => {
    shop = await Shop.open();
    branch = await shop.branch();
    const people = await Promise.all(times(BUYERS, () => shop.server.customer()));
    // every other one buys at the other server: within one, orders for the same product share a commit
    buyers = people.map((person, index) => (index % 2 ? at(branch, person) : person));
  });
  afterAll(() => shop.close());

  const buy = (lines: readonly string[]) => (buyer: Client) => () =>
    buyer.placeOrder(lines.map((productId) => ({ productId, quantity: 1 })));

  it(
    'the last piece goes to exactly one of all who want it',
    async () => {
      await race(ROUNDS, async (n) => {
        const product = await shop.product(1);
        const answers = await atOnce(n, buyers.map(buy([product])));
        expect(tally(answers)).toEqual({ '201': 1, '409 OUT_OF_STOCK': BUYERS - 1 });
        expect(await stockOf(shop.server, product)).toBe(0);
      });
      expect(await shop.broken()).toEqual([]);
    },
    LIMIT,
  );

  it(
    'the last pieces go to as many as there are, to the last one, and come back from whoever cancels',
    async () => {
      await race(ROUNDS, async (n) => {
        const product = await shop.product(PIECES);
        const answers = await atOnce(n, buyers.map(buy([product])));
        expect(tally(answers)).toEqual({ '201': PIECES, '409 OUT_OF_STOCK': BUYERS - PIECES });
        const happy = buyers.flatMap((buyer, index) =>
          answers[index]!.status === 201 ? [{ buyer, order: answers[index]!.body }] : [],
        );
        const unhappy = buyers.filter((_, index) => answers[index]!.status !== 201).slice(0, 3);
        // all cancel twice while others still try: what comes back is sold once again, or lies on the shelf
        const again = await atOnce<Answer<unknown>>(n, [
          ...happy.flatMap(({ buyer, order }) => times(2, () => () => buyer.post(`/orders/${order.id}/cancel`))),
          ...unhappy.map(buy([product])),
        ]);
        const counts = tally(again);
        const sold = counts['201'] ?? 0;
        expect(counts['200']).toBe(2 * happy.length);
        expect(sold + (counts['409 OUT_OF_STOCK'] ?? 0)).toBe(unhappy.length);
        expect(await stockOf(shop.server, product)).toBe(PIECES - sold);
      });
      expect(await shop.broken()).toEqual([]);
    },
    LIMIT,
  );

  it(
    'the shelf itself gives nothing twice, not even to those who have not looked',
    async () => {
      await race(ROUNDS, async (n) => {
        const product = await shop.product(PIECES);
        const outcomes = await atOnce(
          n,
          times(2 * PIECES, (index) => () => {
            const { app } = index % 2 ? branch : shop.server;
            const take = app
              .get(Transactions)
              .run((session) => app.get(ProductsRepository).take(new Map([[product, 1]]), session));
            return take.then(
              () => 'taken',
              ({ message }: Error) => message,
            );
          }),
        );
        const taken = outcomes.filter((outcome) => outcome === 'taken');
        const refused = outcomes.filter((outcome) => outcome === 'stock changed within its own transaction');
        expect([taken.length, refused.length]).toEqual([PIECES, PIECES]);
        expect(await stockOf(shop.server, product)).toBe(0);
        shop.forget(product);
      });
    },
    LIMIT,
  );

  it(
    'crosswise baskets wait for each other, never block, and are sold whole or not at all',
    async () => {
      await race(ROUNDS, async (n) => {
        const [one, two, three] = (await Promise.all([6, 6, 12].map((stock) => shop.product(stock)))) as [
          string,
          string,
          string,
        ];
        const baskets = [
          [one, two, three],
          [three, two, one],
          [two, three],
        ];
        const answers = await atOnce(
          n,
          buyers.map((buyer, index) => buy(baskets[index % 3]!)(buyer)),
        );
        const counts = tally(answers);
        expect(Object.keys(counts).sort()).toEqual(['201', '409 OUT_OF_STOCK']);
        // the second product is in every basket, and nobody can have the last of it and leave with less
        expect(counts).toEqual({ '201': 6, '409 OUT_OF_STOCK': BUYERS - 6 });
        const sold = (id: string) =>
          answers.filter(({ status, body }) => status === 201 && body.items.some(({ productId }) => productId === id))
            .length;
        const left = await Promise.all([one, two, three].map((id) => stockOf(shop.server, id)));
        expect(left).toEqual([6 - sold(one), 0, 12 - sold(three)]);
      });
      expect(await shop.broken()).toEqual([]);
    },
    LIMIT,
  );
});
