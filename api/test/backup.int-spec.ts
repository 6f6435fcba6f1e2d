import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { zstdDecompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import mongoose, { type Connection } from 'mongoose';
import { contentOf } from '../src/keeping/content';
import { dump, type Dumped } from '../src/keeping/dump';
import { load } from '../src/keeping/load';
import { type DumpedCollection, type Manifest, writeManifest } from '../src/keeping/manifest';
import { newFieldKeys } from '../src/platform/field-keys';
import { UNFINISHED_RESTORE } from '../src/platform/mongo/migration-store';
import { StartupError } from '../src/platform/startup-error';
import { brokenPromises } from './support/invariants';
import { Shift } from './support/shift';
import { TestServer } from './support/test-server';
import { buildApi } from './support/victim';

const STOCK = 100_000;

describe('a backup of a database at work', () => {
  let server: TestServer;
  let shift: Shift;
  let folder: string;
  let taken: Dumped;
  const windows: number[] = [];
  let windowBefore: number;
  let ordersBefore: number;
  let ordersAfter: number;
  const restored: Connection[] = [];
  const orders = () => server.database.collection('orders').countDocuments();

  /** Seconds of the past that the server keeps. */
  const historyWindow = async (): Promise<number> => {
    const name = 'minSnapshotHistoryWindowInSeconds';
    return Number((await server.database.db!.admin().command({ getParameter: 1, [name]: 1 }))[name]);
  };

  /** A database of its own on the same server. */
  const elsewhere = (): Connection => {
    const database = server.database.useDb(`${server.database.name}_r${restored.length}`);
    restored.push(database);
    return database;
  };

  beforeAll(async () => {
    server = await TestServer.start();
    folder = await mkdtemp(join(tmpdir(), 'qc-backup-'));
    await fillWithOddities(server.database);
    shift = await Shift.begin(server, STOCK);
    try {
      await shift.done(30);
      windowBefore = await historyWindow();
      ordersBefore = await orders();
      // each collection is read only when more has been changed since the last one: what is not of one moment shows
      taken = await dump(server.database, {
        to: folder,
        onCollection: async () => {
          windows.push(await historyWindow());
          await shift.done(8);
        },
      });
      ordersAfter = await orders();
    } finally {
      await shift.end();
    }
  });
  afterAll(async () => {
    await Promise.all(restored.map((database) => database.dropDatabase()));
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('is of one moment, while orders are placed and carried', async () => {
    const counted = collectionOf(taken.manifest, 'orders').documents;
    expect(counted).toBeGreaterThanOrEqual(ordersBefore);
    expect(counted).toBeLessThan(ordersAfter);
    const database = elsewhere();
    await load(database, { from: folder });
    expect(await brokenPromises(database, new Map([[shift.productId, STOCK]]), 1)).toEqual([]);
  });

  it('may take hours: the server keeps so much of the past, and only as long', async () => {
    expect(Math.min(...windows)).toBeGreaterThanOrEqual(4 * 3600);
    expect(await historyWindow()).toBe(windowBefore);
  });

  it('is restored document by document, with the very indexes', async () => {
    const database = elsewhere();
    const { documents } = await load(database, { from: taken.folder });
    let counted = 0;
    for (const { name, options: _same, indexes, ...content } of taken.manifest.collections) {
      expect([name, await contentOf(database.db!.collection(name), {})]).toEqual([name, content]);
      const there = (await database.db!.collection(name).listIndexes().toArray()) as DumpedCollection['indexes'];
      expect([name, there.filter((index) => index.name !== '_id_')]).toEqual([name, indexes]);
      counted += content.documents;
    }
    expect(documents).toBe(counted);
    expect(collectionOf(taken.manifest, 'events').indexes).toEqual(
      expect.arrayContaining([expect.objectContaining({ unique: true, partialFilterExpression: expect.anything() })]),
    );
    expect(collectionOf(taken.manifest, 'commands').indexes).toEqual([
      expect.objectContaining({ expireAfterSeconds: 0 }),
    ]);
  });

  describe('that was damaged', () => {
    let copy: string;
    beforeEach(async () => {
      copy = await mkdtemp(join(tmpdir(), 'qc-damaged-'));
      await cp(taken.folder, copy, { recursive: true });
    });
    afterEach(() => rm(copy, { recursive: true, force: true }));

    const refused = async (why: RegExp): Promise<void> => {
      const database = elsewhere();
      const error = await load(database, { from: copy }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(StartupError);
      expect((error as Error).message).toMatch(why);
      expect(await database.db!.listCollections().toArray()).toEqual([]);
    };

    it.each(['orders.bson.zst', 'manifest.json'])(
      'by one flipped bit of %s is refused, nothing written',
      async (file) => {
        await flip(join(copy, file));
        await refused(new RegExp(`${file} is not as it was written`));
      },
    );

    it('by a file that is gone is refused', async () => {
      await rm(join(copy, 'events.bson.zst'));
      await refused(/events.bson.zst is missing/);
    });

    it('by a sum that is gone is refused', async () => {
      const sums = join(copy, 'SHA256SUMS');
      const lines = (await readFile(sums, 'utf8')).split('\n').filter((line) => !line.endsWith('ledger.bson.zst'));
      await writeFile(sums, lines.join('\n'));
      await refused(/says nothing of ledger.bson.zst/);
    });

    it('before it was whole is refused', async () => {
      await rm(join(copy, 'SHA256SUMS'));
      await refused(/not a whole backup/);
    });
  });

  it('that is cut off leaves nothing that could be taken for one', async () => {
    const to = await mkdtemp(join(tmpdir(), 'qc-torn-'));
    const torn = dump(server.database, { to, onCollection: () => Promise.reject(new Error('pulled the plug')) });
    await expect(torn).rejects.toThrow('pulled the plug');
    expect(await readdir(to)).toEqual([]);
    // a killed process cleans nothing up
    await rename(await copyOf(taken.folder), join(to, '2026-01-01T00-00-00.000Z.partial'));
    await expect(load(elsewhere(), { from: to })).rejects.toThrow(/not a whole backup/);
    await expect(load(elsewhere(), { from: join(to, '2026-01-01T00-00-00.000Z.partial') })).rejects.toThrow(
      /not written to its end/,
    );
    await rm(to, { recursive: true });
  });

  it('replaces what is there only when it is told to', async () => {
    const database = elsewhere();
    await database.db!.collection('orders').insertOne({ number: 'QC-OTHER' });
    await expect(load(database, { from: folder })).rejects.toThrow(/not empty \(orders\): --force/);
    expect(await database.db!.collection('orders').countDocuments()).toBe(1);
    await load(database, { from: folder, force: true });
    expect(await database.db!.collection('orders').countDocuments()).toBe(
      collectionOf(taken.manifest, 'orders').documents,
    );
  });

  it('that was restored by half keeps every server from starting, until it is restored again', async () => {
    const database = elsewhere();
    const blocked = await withIndexes(taken.folder, 'orders', [
      { key: { currency: 1 }, name: 'blocked', unique: true },
    ]);
    await expect(load(database, { from: blocked })).rejects.toThrow(/duplicate key/);
    const uri = addressOf(database);
    await expect(TestServer.start({ MONGODB_URI: uri })).rejects.toThrow(
      /restore of this database did not come to its end/,
    );
    await load(database, { from: folder, force: true });
    const marks = database.db!.collection<{ _id: string }>('migrations');
    expect(await marks.findOne({ _id: UNFINISHED_RESTORE })).toBeNull();
    await rm(blocked, { recursive: true });
  });

  it('leaves so many of the older ones as are wanted', async () => {
    const to = await mkdtemp(join(tmpdir(), 'qc-keep-'));
    const names: string[] = [];
    for (let count = 0; count < 3; count += 1)
      names.push(basename((await dump(server.database, { to, keep: 2 })).folder));
    expect((await readdir(to)).sort()).toEqual(names.slice(1));
    await rm(to, { recursive: true });
  });

  it('holds no phone number and no address', async () => {
    const files = await readdir(taken.folder);
    for (const file of files.filter((name) => name.endsWith('.zst'))) {
      const content = zstdDecompressSync(await readFile(join(taken.folder, file))).toString('latin1');
      for (const secret of ['5 Park Lane', '90000 1']) expect([file, content.includes(secret)]).toEqual([file, false]);
    }
  });

  it('is taken and restored by the commands, which say in one line what is wrong', async () => {
    await buildApi();
    const to = await mkdtemp(join(tmpdir(), 'qc-commands-'));
    const target = addressOf(elsewhere());
    const source = addressOf(server.database);
    expect(await command('backup', ['--to', to, '--keep', '1'], source)).toMatchObject({
      code: 0,
      said: expect.stringContaining('the database as of 20') as unknown,
    });
    const restore = ['--from', to, '--to-uri', target];
    expect(await command('restore', restore, source)).toMatchObject({
      code: 0,
      said: expect.stringMatching(/read back and compared\nRTO \d+\.\d s; RPO \d+ s:/) as unknown,
    });
    const line = (text: string) => expect.stringMatching(new RegExp(`^[^\\n]*${text}[^\\n]*\\n$`)) as unknown;
    expect(await command('restore', restore, source)).toEqual({ code: 1, said: line('not empty') });
    expect(await command('restore', [], source)).toEqual({ code: 1, said: line('usage: npm run restore') });
    expect(await command('backup', ['--to', to, '--keep', '0'], source)).toEqual({
      code: 1,
      said: line('usage: npm run'),
    });
    expect(await command('migrate', ['status'], target)).toEqual({
      code: 0,
      said: expect.stringMatching(/^(\d{4}[a-z-]+: done since .*\n)+$/) as unknown,
    });
    await rm(to, { recursive: true });
  });

  it('is a database on which the product starts, and people sign in', async () => {
    const database = elsewhere();
    await load(database, { from: taken.folder });
    const other = await TestServer.start({ MONGODB_URI: addressOf(database) });
    try {
      const admin = await other.admin();
      const answer = await admin.get<{ items: { deliveryAddress: { street: string } }[] }>('/admin/orders');
      expect(answer.body.items[0]!.deliveryAddress.street).toBe('5 Park Lane');
    } finally {
      await other.app.close();
    }
  });
});

/** What JavaScript, or JSON, would make something else of. */
async function fillWithOddities(database: Connection): Promise<void> {
  const { Decimal128, Double, Int32, Long, MaxKey, Timestamp, UUID } = mongoose.mongo;
  const oddities = database.db!.collection('oddities/of types');
  await oddities.insertMany([
    { _id: 'zero' as never, double: new Double(5), int: new Int32(5), long: Long.fromNumber(5), minus: new Double(-0) },
    {
      decimal: Decimal128.fromString('1.10'),
      none: null,
      at: new Date(5),
      pattern: /a.c/is,
      empty: {},
      list: [[], 'x'],
    },
    { stamp: new Timestamp({ t: 5, i: 6 }), uuid: new UUID(), last: new MaxKey(), text: '\u{1F642} नमस्ते \0' },
    { large: Buffer.alloc(2_000_000, 'large') },
  ]);
  const afterwards = { at: { $gt: new Date('2026-01-01') } };
  await oddities.createIndex({ at: -1 }, { partialFilterExpression: afterwards, collation: { locale: 'de' } });
}

interface Ended {
  code: number;
  said: string;
}

async function command(name: string, args: string[], uri: string): Promise<Ended> {
  const entry = join(import.meta.dirname, `../../dist/api/api/src/keeping/${name}.js`);
  const env = { PATH: process.env['PATH'], MONGODB_URI: uri, FIELD_KEYS: newFieldKeys() };
  return new Promise((resolve) => {
    execFile(process.execPath, [entry, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, said: stdout + stderr });
    });
  });
}

function addressOf(database: Connection): string {
  const uri = new URL(process.env['MONGODB_TEST_URI']!);
  uri.pathname = `/${database.name}`;
  return uri.href;
}

function collectionOf(manifest: Manifest, name: string): DumpedCollection {
  return manifest.collections.find((one) => one.name === name)!;
}

async function copyOf(folder: string): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'qc-copy-'));
  await cp(folder, copy, { recursive: true });
  return copy;
}

/** One bit in the middle of the file. */
async function flip(file: string): Promise<void> {
  const bytes = await readFile(file);
  const middle = bytes.length >> 1;
  bytes[middle] = bytes[middle]! ^ 1;
  await writeFile(file, bytes);
}

/** A whole and sound backup, whose indexes are others. */
async function withIndexes(folder: string, name: string, indexes: DumpedCollection['indexes']): Promise<string> {
  const copy = await copyOf(folder);
  const manifest = JSON.parse(await readFile(join(copy, 'manifest.json'), 'utf8')) as Manifest;
  const collections = manifest.collections.map((one) => (one.name === name ? { ...one, indexes } : one));
  await writeManifest(copy, { ...manifest, collections });
  return copy;
}
