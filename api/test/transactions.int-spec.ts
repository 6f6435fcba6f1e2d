import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import mongoose, { type ClientSession, type Connection, mongo } from 'mongoose';
import { Problem } from '../src/platform/http/problem';
import { Env } from '../src/platform/env';
import { Metrics } from '../src/platform/metrics/metrics';
import { Redis } from '../src/platform/redis/redis';
import { Transactions } from '../src/platform/mongo/transactions';

interface Note {
  _id: string;
  count: number;
}

/** The connection is torn down, as when a primary is killed: no label says what may be done about it. */
const cut = () => new mongo.MongoNetworkError('connection 3 to 127.0.0.1 closed');
/** The server's own word that nothing took place. */
const conflict = () => labelled(112, mongo.MongoErrorLabel.TransientTransactionError);
/** The commit is there, and not yet on a majority. */
const notYet = () => labelled(64, mongo.MongoErrorLabel.UnknownTransactionCommitResult);

function labelled(code: number, ...errorLabels: string[]): Error {
  return new mongo.MongoServerError({ message: 'a fault', code, errorLabels });
}

describe('a use case as one transaction', () => {
  let connection: Connection;
  let transactions: Transactions;
  let notes: mongo.Collection<Note>;
  beforeAll(async () => {
    Logger.overrideLogger(false);
    const uri = new URL(process.env['MONGODB_TEST_URI']!);
    uri.pathname = `/qc_${randomUUID().slice(0, 8)}`;
    connection = await mongoose.createConnection(uri.href, { readConcern: { level: 'majority' } }).asPromise();
    transactions = new Transactions(connection, new Metrics(connection, new Redis(new Env())));
    notes = connection.db!.collection<Note>('notes');
    await connection.db!.createCollection('notes');
  });
  afterAll(async () => {
    await connection.dropDatabase();
    await connection.close();
  });
  beforeEach(() => notes.deleteMany({}));
  afterEach(() => {
    jest.restoreAllMocks();
  });

  /** Writes one note, and says so once that is committed. */
  function noting(inWork: (session: ClientSession, attempt: number) => void | Promise<void> = () => undefined) {
    const effect = jest.fn();
    const work = jest.fn(async (session: ClientSession) => {
      const attempt = work.mock.calls.length;
      transactions.afterCommit(session, () => void effect(attempt));
      await notes.insertOne({ _id: 'the one', count: attempt }, { session });
      await inWork(session, attempt);
      return `attempt ${attempt}`;
    });
    return { effect, work };
  }

  /** The driver's commits, each in the way that `script` says; those beyond it as they are. */
  function commits(...script: ((commit: () => Promise<void>, session: ClientSession) => Promise<void>)[]) {
    // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its session below
    const real = mongo.ClientSession.prototype.commitTransaction;
    return jest.spyOn(mongo.ClientSession.prototype, 'commitTransaction').mockImplementation(function (
      this: ClientSession,
    ) {
      const act = script.shift();
      return act ? act(() => real.call(this), this) : real.call(this);
    });
  }

  it('is there when it returns, for every reader, and its effects come after', async () => {
    let seen: Promise<Note | null> | undefined;
    const { work, effect } = noting();
    effect.mockImplementation(() => void (seen = notes.findOne({ _id: 'the one' })));
    expect(await transactions.run(work)).toBe('attempt 1');
    expect(await seen).toEqual({ _id: 'the one', count: 1 });
    expect([work.mock.calls.length, effect.mock.calls.length]).toEqual([1, 1]);
  });

  it('has its effects in the order in which they were put off', async () => {
    const order: number[] = [];
    await transactions.run((session) => {
      for (const n of [1, 2, 3]) transactions.afterCommit(session, () => void order.push(n));
      expect(order).toEqual([]);
      return Promise.resolve();
    });
    expect(order).toEqual([1, 2, 3]);
  });

  it('reads one moment, whatever others write meanwhile', async () => {
    await notes.insertOne({ _id: 'shared', count: 1 });
    const counts = await transactions.run(async (session) => {
      const before = await notes.findOne({ _id: 'shared' }, { session });
      await notes.updateOne({ _id: 'shared' }, { $set: { count: 2 } });
      const after = await notes.findOne({ _id: 'shared' }, { session });
      return [before?.count, after?.count];
    });
    expect(counts).toEqual([1, 1]);
  });

  describe('whose commit’s answer is lost', () => {
    it.each([
      ['after it took place', async (commit: () => Promise<void>) => commit().then(() => Promise.reject(cut()))],
      ['before it took place', () => Promise.reject(cut())],
      ['for want of a majority', async (commit: () => Promise<void>) => commit().then(() => Promise.reject(notYet()))],
    ])('%s, asks what became of it, and happens once', async (_when, lose) => {
      const committing = commits(lose, lose);
      const { work, effect } = noting();
      expect(await transactions.run(work)).toBe('attempt 1');
      expect(committing).toHaveBeenCalledTimes(3);
      expect(work).toHaveBeenCalledTimes(1);
      expect(effect.mock.calls).toEqual([[1]]);
      expect(await notes.find().toArray()).toEqual([{ _id: 'the one', count: 1 }]);
    });

    it('and that then turns out not to have taken place, runs again', async () => {
      const aborted = async (_: unknown, session: ClientSession): Promise<void> => {
        await session.abortTransaction();
        throw conflict();
      };
      commits(() => Promise.reject(cut()), aborted);
      const { work, effect } = noting();
      expect(await transactions.run(work)).toBe('attempt 2');
      expect(effect.mock.calls).toEqual([[2]]);
      expect(await notes.find().toArray()).toEqual([{ _id: 'the one', count: 2 }]);
    });
  });

  describe('that took no place', () => {
    it('because the server ended its session runs again, and only the second attempt has effects', async () => {
      const { work, effect } = noting(async (session, attempt) => {
        if (attempt === 1) await connection.db!.admin().command({ killSessions: [session.id] });
      });
      expect(await transactions.run(work)).toBe('attempt 2');
      expect(effect.mock.calls).toEqual([[2]]);
      expect(await notes.find().toArray()).toEqual([{ _id: 'the one', count: 2 }]);
    });

    it.each([
      ['a conflict', conflict],
      ['a connection that was cut', cut],
      ['a primary that stepped down', () => labelled(189)],
      ['no server to be found', () => new mongo.MongoServerSelectionError('none', {} as never)],
    ])('because of %s runs again, and leaves nothing of the first attempt', async (_what, fault) => {
      const { work, effect } = noting((_session, attempt) => {
        if (attempt < 3) throw fault();
      });
      const answer = await transactions.run(work);
      // whose connection was cut is not waited for: its note may stand in the way of the next attempt for a moment
      const last = work.mock.calls.length;
      expect(last).toBeGreaterThanOrEqual(3);
      expect(answer).toBe(`attempt ${last}`);
      expect(effect.mock.calls).toEqual([[last]]);
      expect(await notes.find().toArray()).toEqual([{ _id: 'the one', count: last }]);
    });

    it('because of rivals runs again until each has had its turn', async () => {
      await notes.insertOne({ _id: 'shared', count: 0 });
      const effect = jest.fn();
      const increment = async (session: ClientSession): Promise<void> => {
        const { count } = (await notes.findOne({ _id: 'shared' }, { session }))!;
        await notes.updateOne({ _id: 'shared' }, { $set: { count: count + 1 } }, { session });
        transactions.afterCommit(session, effect);
      };
      await Promise.all(Array.from({ length: 20 }, () => transactions.run(increment)));
      expect(await notes.findOne()).toEqual({ _id: 'shared', count: 20 });
      expect(effect).toHaveBeenCalledTimes(20);
    });
  });

  describe('that is refused', () => {
    it.each([
      ['by a rule', new Problem('OUT_OF_STOCK')],
      ['by a fault of ours', new TypeError('undefined is not a function')],
      ['by a fault that will be the same the next time', labelled(11_000)],
    ])('%s passes that on, once, and leaves nothing', async (_by, fault) => {
      const { work, effect } = noting(() => {
        throw fault;
      });
      await expect(transactions.run(work)).rejects.toBe(fault);
      expect(work).toHaveBeenCalledTimes(1);
      expect(effect).not.toHaveBeenCalled();
      expect(await notes.countDocuments()).toBe(0);
    });

    it('at its commit passes that on and has no effects', async () => {
      const fault = labelled(13);
      commits(() => Promise.reject(fault));
      const { work, effect } = noting();
      await expect(transactions.run(work)).rejects.toBe(fault);
      expect([work.mock.calls.length, effect.mock.calls.length]).toEqual([1, 0]);
      expect(await notes.countDocuments()).toBe(0);
    });
  });

  describe('that cannot be brought to an end within its bound', () => {
    /** Seconds pass on the watch by which the bound is kept. */
    let pass: (seconds: number) => void;
    beforeEach(() => {
      let ahead = 0;
      const real = performance.now.bind(performance);
      jest.spyOn(performance, 'now').mockImplementation(() => real() + ahead);
      pass = (seconds) => void (ahead += seconds * 1000);
    });

    it('because the database stays away is UNAVAILABLE, with a time to come back', async () => {
      const { work, effect } = noting(() => {
        pass(6);
        throw cut();
      });
      const refused = transactions.run(work);
      await expect(refused).rejects.toMatchObject({ code: 'UNAVAILABLE', status: 503, extra: { retryAfter: 2 } });
      // at 6, 12, 18 s it is tried again, at 24 s no more
      expect([work.mock.calls.length, effect.mock.calls.length]).toEqual([4, 0]);
    });

    it('because nobody says what became of the commit is UNAVAILABLE, tried once, without effects', async () => {
      const lost = (): Promise<never> => {
        pass(6);
        return Promise.reject(cut());
      };
      const committing = commits(lost, lost, lost, lost, lost);
      const { work, effect } = noting();
      await expect(transactions.run(work)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      expect([committing.mock.calls.length, work.mock.calls.length, effect.mock.calls.length]).toEqual([4, 1, 0]);
    });
  });
});
