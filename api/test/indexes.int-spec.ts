import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Types } from 'mongoose';
import { ensureIndexes } from '../src/platform/mongo/indexes';
import { withServerBeside } from './support/beside';
import { TestServer } from './support/test-server';

const SLOW_ONE = 'placedAt_-1__id_-1';
const UNIQUE = 'number_1';

describe('indexes that a filled database lacks', () => {
  let server: TestServer;
  const names = async () =>
    (await server.database.collection('orders').listIndexes().toArray()).map(({ name }) => name as string);

  /** One that is being built is listed, and no query uses it. */
  const ready = async (name: string): Promise<boolean> => {
    const stats = server.database
      .collection('orders')
      .aggregate<{ name: string; building?: true }>([{ $indexStats: {} }]);
    return (await stats.toArray()).some((index) => index.name === name && !index.building);
  };

  const buildsOf = async (collection: string): Promise<number> => {
    const { inprog } = (await server.database.getClient().db('admin').command({
      currentOp: 1,
      'command.createIndexes': collection,
      'command.$db': server.database.db!.databaseName,
    })) as { inprog?: unknown[] };
    return inprog?.length ?? 0;
  };

  beforeAll(async () => {
    server = await TestServer.start();
    await server.readyOrder();
  });
  afterAll(() => server.stop());

  it('are built while the server is already at work, when they only make things quick', async () => {
    const orders = server.database.collection('orders');
    await orders.dropIndex(SLOW_ONE);
    const session = await server.database.startSession();
    // a build begins when the transactions on its collection are over: as long as this one runs, none can end
    session.startTransaction();
    await orders.updateOne({}, { $set: { updatedAt: new Date() } }, { session });
    await withServerBeside(server, async (beside) => {
      expect((await beside.anonymous().get('/health/ready')).status).toBe(200);
      expect(await ready(SLOW_ONE)).toBe(false);
      await session.abortTransaction();
      await session.endSession();
      // joins the build that is under way
      await orders.createIndex({ placedAt: -1, _id: -1 });
      expect(await ready(SLOW_ONE)).toBe(true);
    });
  });

  it('are waited for when correctness rests on them', async () => {
    await server.database.collection('orders').dropIndex(UNIQUE);
    await ensureIndexes(server.database);
    expect(await names()).toContain(UNIQUE);
  });

  it('are waited for while another process is still building them', async () => {
    const orders = server.database.collection('orders');
    await orders.dropIndex(UNIQUE);
    // many enough that the build is met at work
    const many = Array.from({ length: 120_000 }, (_, n) => ({ number: `many-${n}`, trackingToken: `many-${n}` }));
    await orders.insertMany(many, { ordered: false });
    const elsewhere = orders.createIndex({ number: 1 }, { unique: true });
    await until(async () => (await names()).includes(UNIQUE));
    const session = await server.database.startSession();
    // no build ends while a transaction has written to its collection
    session.startTransaction();
    await orders.updateOne({}, { $set: { updatedAt: new Date() } }, { session });
    expect(await ready(UNIQUE)).toBe(false);

    const start = ensureIndexes(server.database).then(() => ready(UNIQUE));
    await Promise.race([start, until(async () => (await buildsOf('orders')) === 2)]);
    await session.abortTransaction();
    await session.endSession();
    expect(await start).toBe(true);

    await elsewhere;
    await orders.deleteMany({ number: /^many-/ });
  });

  it('that are unique and cannot be built stop the start', async () => {
    const orders = server.database.collection('orders');
    await orders.dropIndex(UNIQUE);
    const [one] = await orders.find().toArray();
    const { insertedId } = await orders.insertOne({ ...one, _id: new Types.ObjectId(), trackingToken: 'another' });
    await expect(ensureIndexes(server.database)).rejects.toThrow(/duplicate key/);
    await orders.deleteOne({ _id: insertedId });
    await ensureIndexes(server.database);
  });
});

describe('an empty database', () => {
  it('has every collection and index before the first request', async () => {
    const server = await TestServer.start();
    try {
      for (const model of Object.values(server.database.models)) {
        expect([model.modelName, await model.diffIndexes()]).toEqual([model.modelName, { toDrop: [], toCreate: [] }]);
      }
    } finally {
      await server.stop();
    }
  });
});

async function until(holds: () => Promise<boolean>): Promise<void> {
  const limit = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > limit) throw new Error('it does not come to hold');
  }
}
