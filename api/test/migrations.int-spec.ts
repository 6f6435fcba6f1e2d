import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Order } from '@qc/contracts';
import mongoose, { type Connection, type Model } from 'mongoose';
import { MIGRATIONS } from '../src/migrations';
import { FieldEncryption } from '../src/platform/field-encryption';
import { newFieldKeys } from '../src/platform/field-keys';
import { Lease, LeaseSchema } from '../src/platform/mongo/lease.schema';
import { Leases } from '../src/platform/mongo/leases';
import type { Migration } from '../src/platform/mongo/migration';
import { Migrator, type MigratorOptions } from '../src/platform/mongo/migrator';
import { contentOf } from '../src/keeping/content';
import { Shift } from './support/shift';
import { TestServer } from './support/test-server';

const FIELDS = new FieldEncryption(newFieldKeys());

/** A migration that does nothing but tell that it was run. */
const step = (name: string, told: string[], more: Partial<Migration> = {}): Migration => ({
  name,
  compatible: false,
  up: () => Promise.resolve(void told.push(`${name} up`)),
  down: () => Promise.resolve(void told.push(`${name} down`)),
  ...more,
});

describe('migrations', () => {
  let connection: Connection;
  let told: string[];
  const steps = () => [step('0001-a', told), step('0002-b', told), step('0003-c', told)];
  /** Each as a process of its own has it. */
  const migrator = (migrations: readonly Migration[], more: Partial<MigratorOptions> = {}): Migrator =>
    new Migrator({
      database: connection.db!,
      fields: FIELDS,
      leases: leasesOf(connection),
      migrations,
      ...more,
    });

  beforeAll(async () => {
    const uri = new URL(process.env['MONGODB_TEST_URI']!);
    uri.pathname = `/qc_mig_${randomUUID().slice(0, 8)}`;
    connection = await mongoose.createConnection(uri.href).asPromise();
  });
  beforeEach(() => void (told = []));
  afterEach(() => connection.dropDatabase());
  afterAll(() => connection.close());

  it('are run once each, in order, and not again', async () => {
    await migrator(steps()).ensure();
    await migrator(steps()).ensure();
    expect(told).toEqual(['0001-a up', '0002-b up', '0003-c up']);
  });

  it('are run by one of several processes that start at once; the others wait until all is done', async () => {
    const slow = {
      up: () =>
        connection
          .collection('work')
          .insertOne({ done: true })
          .then(() => undefined),
    };
    const all = [step('0001-a', told), step('0002-b', told, slow)];
    const starts = Array.from({ length: 5 }, async () => {
      await migrator(all).ensure();
      return connection.collection('work').countDocuments();
    });
    expect(await Promise.all(starts)).toEqual([1, 1, 1, 1, 1]);
    expect(told).toEqual(['0001-a up']);
  });

  it('go forward and back as far as is wanted, and say where they are', async () => {
    const one = migrator(steps());
    expect(await one.up('0002-b')).toEqual(['0001-a', '0002-b']);
    expect((await one.status()).map(({ name, state }) => [name, state])).toEqual([
      ['0001-a', 'done'],
      ['0002-b', 'done'],
      ['0003-c', 'pending'],
    ]);
    expect(await one.up()).toEqual(['0003-c']);
    expect(await one.down()).toEqual(['0003-c']);
    expect(await one.down('0001-a')).toEqual(['0002-b', '0001-a']);
    expect(await one.up('0001-a')).toEqual(['0001-a']);
    await expect(one.up('0009-none')).rejects.toThrow(/no migration "0009-none"/);
  });

  it('that fail stay pending, and stop the start; the lease is free at once', async () => {
    const failing = { up: () => Promise.reject(new Error('disk is full')) };
    await expect(migrator([step('0001-a', told), step('0002-b', told, failing)]).ensure()).rejects.toThrow(
      /disk is full/,
    );
    await migrator(steps()).ensure();
    expect(told).toEqual(['0001-a up', '0002-b up', '0003-c up']);
  });

  it('of a process that was killed are taken over when its lease is over', async () => {
    const leases = leasesOf(connection);
    // as a killed process leaves it: held, never given back
    expect(await leases.take('migrations', 1)).toBe(true);
    await migrator(steps()).ensure();
    expect(told).toHaveLength(3);
  });

  it('that take longer than the lease keep it', async () => {
    const events = new EventEmitter();
    const [own, others] = [leasesOf(connection), leasesOf(connection)];
    const leases = {
      release: (name: string) => own.release(name),
      take: async (name: string, seconds: number) => {
        const mine = await own.take(name, seconds);
        events.emit('taken');
        return mine;
      },
    };
    const stolen: boolean[] = [];
    const long = {
      up: async () => {
        // four thirds of what it was first taken for
        for (let renewal = 0; renewal < 4; renewal += 1) {
          await once(events, 'taken');
          stolen.push(await others.take('migrations', 1));
        }
      },
    };
    await migrator([step('0001-a', told, long)], { leases, held: 1 }).ensure();
    expect(stolen).toEqual([false, false, false, false]);
    expect(await others.take('migrations', 1)).toBe(true);
  });

  it('hear it when another process may have taken over', async () => {
    const heard = new EventEmitter();
    let asked = 0;
    const leases = { release: () => Promise.resolve(), take: () => Promise.resolve((asked += 1) === 1) };
    const long: Partial<Migration> = {
      up: async ({ signal }) => {
        signal.addEventListener('abort', () => heard.emit('abort'));
        await once(heard, 'abort');
        signal.throwIfAborted();
      },
    };
    await expect(migrator([step('0001-a', told, long)], { leases, held: 0.1 }).ensure()).rejects.toThrow(/0001-a/);
    expect(await migrator([step('0001-a', told)]).status()).toMatchObject([{ state: 'pending' }]);
  });

  describe('of a newer version', () => {
    it('stop an older one from starting, in one line that says what to do', async () => {
      await migrator(steps()).ensure();
      await expect(migrator(steps().slice(0, 1)).ensure()).rejects.toThrow(
        /^the database was migrated by a newer version \(0002-b,0003-c\), which this one cannot work with: [^\n]+--to 0002-b$/,
      );
    });

    it('that only add let it work on, as a rolling update needs', async () => {
      await migrator([...steps(), step('0004-d', told, { compatible: true })]).ensure();
      await migrator(steps()).ensure();
      expect(await migrator(steps()).status()).toContainEqual(
        expect.objectContaining({ name: '0004-d', state: 'unknown here' }),
      );
    });
  });
});

/** As a process of its own has them. */
function leasesOf(connection: Connection): Leases {
  return new Leases((connection.models[Lease.name] as Model<Lease>) ?? connection.model(Lease.name, LeaseSchema));
}

describe('a filled database', () => {
  let server: TestServer;
  let order: Order;
  beforeAll(async () => {
    server = await TestServer.start();
    const shift = await Shift.begin(server, 1000);
    await shift.done(40).finally(() => shift.end());
    order = await server.readyOrder();
  });
  afterAll(() => server.stop());

  const migrator = (signal?: AbortSignal): Migrator =>
    new Migrator({
      database: server.database.db!,
      fields: server.app.get(FieldEncryption),
      leases: server.app.get(Leases),
      // the one that rewrites people's data
      migrations: MIGRATIONS.slice(0, 1).map((one) => ({
        ...one,
        up: (context) => one.up({ ...context, ...(signal && { signal }) }),
      })),
    });
  const plain = () =>
    server.database.collection('orders').countDocuments({ 'deliveryAddress.street': { $exists: true } });
  const phones = () => server.database.collection('users').countDocuments({ 'profile.phone': { $type: 'string' } });
  const readable = async () => (await (await server.admin()).get<Order>(`/orders/${order.id}`)).body.deliveryAddress;
  const contents = () =>
    Promise.all(['orders', 'users'].map((name) => contentOf(server.database.db!.collection(name), {})));

  it('goes back, forward and back again, and is what it was, byte by byte', async () => {
    const all = await server.database.collection('orders').countDocuments();
    expect(await migrator().down()).toEqual([MIGRATIONS[0]!.name]);
    expect(await plain()).toBe(all);
    const before = await contents();
    expect(await readable()).toEqual({ street: '5 Park Lane', city: 'Bengaluru' });
    await migrator().up();
    expect(await plain()).toBe(0);
    expect(await contents()).not.toEqual(before);
    expect(await readable()).toEqual({ street: '5 Park Lane', city: 'Bengaluru' });
    await migrator().down();
    expect(await contents()).toEqual(before);
    await migrator().up();
  });

  it('whose migration was killed in the middle is whole after the next start', async () => {
    await migrator().down();
    await expect(migrator(diesAt(3)).up()).rejects.toThrow(/killed/);
    expect(await plain()).toBe(0);
    expect(await phones()).toBeGreaterThan(0);
    expect(await migrator().status()).toContainEqual({ name: MIGRATIONS[0]!.name, state: 'pending' });
    await migrator().ensure();
    expect(await plain()).toBe(0);
    expect(await phones()).toBe(0);
    expect(await readable()).toEqual({ street: '5 Park Lane', city: 'Bengaluru' });
  });

  it('of the time before places were given out under one document goes on where it was', async () => {
    const database = server.database.db!;
    const last = async () => (await database.collection('events').find().sort({ pos: -1 }).limit(1).toArray())[0]!;
    const before = (await last())['pos'] as number;
    expect(before).toBeGreaterThan(0);
    await database.collection('event_places').deleteMany({});
    await MIGRATIONS[1]!.up({
      database,
      fields: server.app.get(FieldEncryption),
      signal: new AbortController().signal,
    });
    const { id } = await server.readyOrder();
    while (
      !(await database.collection('events').findOne({ orderId: new mongoose.Types.ObjectId(id), seq: 4, sent: true }))
    );
    expect((await last())['pos']).toBeGreaterThan(before);
  });

  it('of the time before e-mails had one normal form still lets their owners in; no account is lost to another one', async () => {
    const [old, taken] = [await server.customer(), await server.customer()];
    const users = server.database.db!.collection('users');
    const rename = (from: string, email: string) => users.updateOne({ email: from }, { $set: { email } });
    await rename(old.user.email, 'j\u00fcrgen@m\u00fcnchen.example');
    const fullWidth = taken.user.email.replace('customer', '\uff43ustomer');
    await users.insertOne({ email: fullWidth, passwordHash: '-', role: 'customer', profile: {}, active: true });
    const context = { database: server.database.db!, fields: server.app.get(FieldEncryption) };
    await MIGRATIONS[2]!.up({ ...context, signal: new AbortController().signal });
    for (const email of ['J\u00fcrgen@m\u00fcnchen.example', taken.user.email]) {
      await server.anonymous().signIn(email, 'correct horse');
    }
    expect(await users.countDocuments({ email: fullWidth })).toBe(1);
    await users.deleteOne({ email: fullWidth });
  });

  it('is migrated while orders are placed and carried', async () => {
    await migrator().down();
    const shift = await Shift.begin(server, 1000, 2);
    await shift.done(4);
    await migrator().up();
    await shift.done(4).finally(() => shift.end());
    expect(await plain()).toBe(0);
  });
});

/** The process dies before its batch of this number: the orders here are the first, a second look finds none, then come the accounts. */
function diesAt(batch: number): AbortSignal {
  let begun = 0;
  const throwIfAborted = (): void => {
    begun += 1;
    if (begun === batch) throw new Error('killed');
  };
  return { throwIfAborted } as AbortSignal;
}
