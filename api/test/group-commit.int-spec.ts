import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import mongoose, { type ClientSession, type Connection, type mongo } from 'mongoose';
import { Problem } from '../src/platform/http/problem';
import { isDuplicateKey } from '../src/platform/mongo/duplicate-key';
import { GroupCommit } from '../src/platform/mongo/group-commit';
import { Env } from '../src/platform/env';
import { Metrics } from '../src/platform/metrics/metrics';
import { Redis } from '../src/platform/redis/redis';
import { Transactions } from '../src/platform/mongo/transactions';

interface Sale {
  _id: string;
}

const range = (count: number): string[] => Array.from({ length: count }, (_, n) => `buyer ${n + 1}`);

describe('changes that come at the same moment', () => {
  let connection: Connection;
  let transactions: Transactions;
  let sales: mongo.Collection<Sale>;
  /** The groups in which the buyers came, and how many each transaction really held. */
  let groups: string[][];
  beforeAll(async () => {
    Logger.overrideLogger(false);
    const uri = new URL(process.env['MONGODB_TEST_URI']!);
    uri.pathname = `/qc_${randomUUID().slice(0, 8)}`;
    connection = await mongoose.createConnection(uri.href, { readConcern: { level: 'majority' } }).asPromise();
    transactions = new Transactions(connection, new Metrics(connection, new Redis(new Env())));
    sales = connection.db!.collection<Sale>('sales');
    await connection.db!.createCollection('sales');
  });
  afterAll(async () => {
    await connection.dropDatabase();
    await connection.close();
  });
  beforeEach(async () => {
    groups = [];
    await sales.deleteMany({});
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const sold = async (): Promise<string[]> =>
    (await sales.find().sort({ $natural: 1 }).toArray()).map(({ _id }) => _id);

  /** A line at which `stock` pieces are sold, one a buyer. `serve` may stand in the way of a group. */
  function lineOf(
    stock: number,
    serve: (buyers: readonly string[], session: ClientSession) => void | Promise<void> = () => undefined,
    atOnce = 1,
  ) {
    const sell = async (buyers: readonly string[], session: ClientSession) => {
      groups.push([...buyers]);
      await serve(buyers, session);
      let left = stock - (await sales.countDocuments({}, { session }));
      const outcomes = buyers.map((buyer) =>
        (left -= 1) >= 0 ? `sold to ${buyer}` : new Problem('OUT_OF_STOCK', buyer),
      );
      const served = buyers.filter((_, n) => !(outcomes[n] instanceof Problem));
      if (served.length)
        await sales.insertMany(
          served.map((_id) => ({ _id })),
          { session },
        );
      return outcomes;
    };
    return new GroupCommit<string, string>(transactions, sell, { size: 32, atOnce });
  }

  it('is alone when nobody else is there', async () => {
    const line = lineOf(10);
    for (const buyer of range(3)) expect(await line.add(buyer)).toBe(`sold to ${buyer}`);
    expect(groups).toEqual([['buyer 1'], ['buyer 2'], ['buyer 3']]);
  });

  it('gather while one is on its way, and then go together: each has its own result', async () => {
    const starts = jest.spyOn(connection, 'startSession');
    const line = lineOf(100);
    const buyers = range(6);
    expect(await Promise.all(buyers.map((buyer) => line.add(buyer)))).toEqual(
      buyers.map((buyer) => `sold to ${buyer}`),
    );
    expect(groups).toEqual([buyers.slice(0, 1), buyers.slice(1)]);
    expect(starts).toHaveBeenCalledTimes(2);
    expect(await sold()).toEqual(buyers);
  });

  it('go in groups of 32 at most, in the order in which they came', async () => {
    const line = lineOf(100);
    const buyers = range(70);
    await Promise.all(buyers.map((buyer) => line.add(buyer)));
    expect(groups.map(({ length }) => length)).toEqual([1, 32, 32, 5]);
    expect(groups.flat()).toEqual(buyers);
    expect(await sold()).toEqual(buyers);
  });

  it('are served first come, first served: who comes too late has a problem of their own, and no other one', async () => {
    const line = lineOf(4);
    const buyers = range(8);
    const outcomes = await Promise.allSettled(buyers.map((buyer) => line.add(buyer)));
    expect(outcomes.slice(0, 4)).toEqual(
      buyers.slice(0, 4).map((buyer) => ({ status: 'fulfilled', value: `sold to ${buyer}` })),
    );
    expect(outcomes.slice(4)).toEqual(
      buyers.slice(4).map((buyer) => ({ status: 'rejected', reason: new Problem('OUT_OF_STOCK', buyer) })),
    );
    expect(await sold()).toEqual(buyers.slice(0, 4));
  });

  it('are not told before it is committed', async () => {
    const told: string[] = [];
    const line = lineOf(10, () => void expect(told).toEqual(groups.slice(0, -1).flat()));
    await Promise.all(range(4).map((buyer) => line.add(buyer).then(() => told.push(buyer))));
    expect(told).toEqual(range(4));
  });

  it('go in several groups at once where they may', async () => {
    let under = 0;
    let most = 0;
    const line = lineOf(
      100,
      async (_buyers, session) => {
        most = Math.max(most, (under += 1));
        await sales.countDocuments({}, { session });
        under -= 1;
      },
      3,
    );
    const buyers = range(5);
    expect(await Promise.all(buyers.map((buyer) => line.add(buyer)))).toEqual(
      buyers.map((buyer) => `sold to ${buyer}`),
    );
    expect(most).toBe(3);
    expect((await sold()).toSorted()).toEqual(buyers);
  });

  describe('with one at fault', () => {
    it('by a rule that is found out after a write: it alone is refused', async () => {
      const line = lineOf(100, async (buyers, session) => {
        if (!buyers.includes('buyer 2')) return;
        await sales.insertOne({ _id: 'half a sale' }, { session });
        throw new Problem('PARTNER_BUSY');
      });
      const outcomes = await Promise.allSettled(range(3).map((buyer) => line.add(buyer)));
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(await sold()).toEqual(['buyer 1', 'buyer 3']);
    });

    it('by a key that is taken: it alone fails, the others go each for itself, in their order', async () => {
      const line = lineOf(100);
      await sales.insertOne({ _id: 'buyer 3' });
      const buyers = range(5);
      const outcomes = await Promise.allSettled(buyers.map((buyer) => line.add(buyer)));
      expect(outcomes.map(({ status }) => status)).toEqual(
        buyers.map((buyer) => (buyer === 'buyer 3' ? 'rejected' : 'fulfilled')),
      );
      expect(isDuplicateKey((outcomes[2] as PromiseRejectedResult).reason, '_id')).toBe(true);
      expect(groups).toEqual([['buyer 1'], buyers.slice(1), ['buyer 2'], ['buyer 3'], ['buyer 4'], ['buyer 5']]);
      expect((await sold()).toSorted()).toEqual(buyers);
    });

    it('by a bug that shows after it has written: nothing of the group stays but what then goes well alone', async () => {
      const bug = new TypeError('not a function');
      const line = lineOf(100, async (buyers, session) => {
        if (!buyers.includes('buyer 2')) return;
        await sales.insertOne({ _id: 'half a sale' }, { session });
        throw bug;
      });
      const [one, two, three] = await Promise.allSettled(range(3).map((buyer) => line.add(buyer)));
      expect([one!.status, two, three!.status]).toEqual([
        'fulfilled',
        { status: 'rejected', reason: bug },
        'fulfilled',
      ]);
      expect(await sold()).toEqual(['buyer 1', 'buyer 3']);
    });

    it('go on with those who come after', async () => {
      const line = lineOf(100, (buyers) => {
        if (buyers.includes('buyer 1')) throw new Error('at fault');
      });
      await expect(line.add('buyer 1')).rejects.toThrow('at fault');
      expect(await line.add('buyer 2')).toBe('sold to buyer 2');
    });
  });

  it('are all told when it is nobody’s fault: the database is away, and none is tried again alone', async () => {
    const away = new Problem('UNAVAILABLE');
    const line = lineOf(100, (buyers) => {
      if (buyers.length > 1) throw away;
    });
    const outcomes = await Promise.allSettled(range(4).map((buyer) => line.add(buyer)));
    expect(outcomes.slice(1)).toEqual(range(3).map(() => ({ status: 'rejected', reason: away })));
    expect(groups).toHaveLength(2);
    expect(await sold()).toEqual(['buyer 1']);
  });

  it('that have to run again are sold once', async () => {
    let attempts = 0;
    const line = lineOf(100, async (buyers, session) => {
      if (buyers.length === 1 || (attempts += 1) === 3) return;
      await sales.countDocuments({}, { session });
      await connection.db!.admin().command({ killSessions: [session.id] });
    });
    const buyers = range(5);
    expect(await Promise.all(buyers.map((buyer) => line.add(buyer)))).toEqual(
      buyers.map((buyer) => `sold to ${buyer}`),
    );
    expect(attempts).toBe(3);
    expect(await sold()).toEqual(buyers);
  });
});
