import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FirstData } from '../src/demo/first-data';
import { Chores } from '../src/platform/chores';
import { Leases } from '../src/platform/mongo/leases';
import { withServerBeside } from './support/beside';
import { TestServer } from './support/test-server';

describe('work that one process at a time does', () => {
  let server: TestServer;
  let here: Leases;
  beforeAll(async () => {
    server = await TestServer.start();
    here = server.app.get(Leases);
  });
  afterAll(() => server.stop());

  it('is the first one’s until it gives it back, however often it asks', () =>
    withServerBeside(server, async (beside) => {
      const there = beside.app.get(Leases);
      expect(await here.take('tidying', 60)).toBe(true);
      expect(await here.take('tidying', 60)).toBe(true);
      expect(await there.take('tidying', 60)).toBe(false);
      await there.release('tidying');
      expect(await there.take('tidying', 60)).toBe(false);
      await here.release('tidying');
      expect(await there.take('tidying', 60)).toBe(true);
    }));

  it('is another one’s when its time is over, by the database’s clock', () =>
    withServerBeside(server, async (beside) => {
      const there = beside.app.get(Leases);
      await here.take('sweeping', 60);
      const leases = server.database.collection<{ _id: string; until: Date }>('leases');
      await leases.updateOne({ _id: 'sweeping' }, [{ $set: { until: { $subtract: ['$$NOW', 1] } } }]);
      expect(await there.take('sweeping', 60)).toBe(true);
      expect(await here.take('sweeping', 60)).toBe(false);
    }));

  it('goes to one only of all who ask at once', async () => {
    const others = await Promise.all(Array.from({ length: 4 }, () => server.beside()));
    const asked = [server, ...others].map(({ app }) => app.get(Leases).take('a race', 60));
    expect((await Promise.all(asked)).filter(Boolean)).toHaveLength(1);
    await Promise.all(others.map(({ app }) => app.close()));
  });

  it('is done one after the other by all who want to do it', async () => {
    const others = await Promise.all(Array.from({ length: 2 }, () => server.beside()));
    const log: string[] = [];
    const turns = [server, ...others].map(({ app }, n) =>
      app.get(Leases).during('a turn', 60, async () => {
        log.push(`${n} begins`);
        await server.anonymous().get('/products?limit=1');
        log.push(`${n} ends`);
      }),
    );
    await Promise.all(turns);
    expect(log).toHaveLength(6);
    for (let n = 0; n < 6; n += 2) expect(log[n + 1]).toBe(log[n]!.replace('begins', 'ends'));
    await Promise.all(others.map(({ app }) => app.close()));
  });

  it('an empty database is filled once by several that find it empty at the same time', async () => {
    const uri = new URL(process.env['MONGODB_TEST_URI']!);
    uri.pathname = '/qc_first_data_of_three';
    const first = await TestServer.start({ MONGODB_URI: uri.href });
    const others = await Promise.all([first.beside(), first.beside()]);
    const { database } = first;
    for (const name of ['stores', 'products', 'users']) await database.collection(name).deleteMany({});
    await Promise.all([first, ...others].map(({ app }) => app.get(FirstData).ensure()));
    expect(await database.collection('stores').countDocuments()).toBe(1);
    const names = (await database.collection('products').find().toArray()).map(({ name }) => name as string);
    expect(names.length).toBeGreaterThan(0);
    expect(new Set(names).size).toBe(names.length);
    await Promise.all(others.map(({ app }) => app.close()));
    await first.stop();
  });

  it('goes on round after round, also after one that failed, and ends with the process', async () => {
    const rounds: number[] = [];
    let reached!: () => void;
    const third = new Promise<void>((resolve) => (reached = resolve));
    const chores = new Chores(here);
    chores.every(20, 'counting', () => {
      if (rounds.push(rounds.length + 1) === 3) reached();
      return rounds.length === 1 ? Promise.reject(new Error('the first round went wrong')) : Promise.resolve();
    });
    await third;
    await chores.onModuleDestroy();
    const done = rounds.length;
    await withServerBeside(server, async (beside) => {
      expect(await beside.app.get(Leases).take('counting', 60)).toBe(true);
      expect(rounds).toHaveLength(done);
    });
  });
});
