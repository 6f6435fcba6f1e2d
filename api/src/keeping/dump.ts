import { createWriteStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createZstdCompress } from 'node:zlib';
import type { Connection, mongo } from 'mongoose';
import { ContentReader, gather } from './content';
import { type DumpedCollection, fileOf, FORMAT, type Manifest, PARTIAL, writeManifest } from './manifest';
import { inSnapshot, momentOf, SNAPSHOT } from './snapshot';

/** A backup's name is its time: names sort as times do. */
export const BACKUP_NAME = /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z$/;
/** Milliseconds after which a backup that is not whole is nobody's any more. */
const ABANDONED = 24 * 3_600_000;

export interface DumpOptions {
  /** The folder of all backups. */
  to: string;
  /** How many whole ones stay, this one included; unset: all. */
  keep?: number;
  /** Hears of each collection when it is done; the next one waits for it. */
  onCollection?: (collection: DumpedCollection) => void | Promise<void>;
  say?: (line: string) => void;
}

export interface Dumped {
  folder: string;
  manifest: Manifest;
}

/**
 * Writes the whole database, as it is at one moment, into a folder of its own under `to`. It has its name only when it
 * is whole and on the disk: whatever cuts it off leaves no backup, rather than half of one.
 */
export async function dump(connection: Connection, options: DumpOptions): Promise<Dumped> {
  const name = new Date().toISOString().replaceAll(':', '-');
  const [folder, draft] = [join(options.to, name), join(options.to, `${name}${PARTIAL}`)];
  await mkdir(draft, { recursive: true, mode: 0o700 });
  try {
    const manifest = await write(connection, draft, options);
    await rename(draft, folder);
    await sync(options.to);
    await prune(options);
    return { folder, manifest };
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

async function write(connection: Connection, folder: string, options: DumpOptions): Promise<Manifest> {
  const begun = performance.now();
  const database = connection.db!;
  const collections: DumpedCollection[] = [];
  const [clusterTime, migrations] = await inSnapshot(
    connection.getClient(),
    async (session) => {
      for (const described of await describe(database)) {
        const collection = { ...described, ...(await dumpCollection(database, described.name, session, folder)) };
        collections.push(collection);
        await options.onCollection?.(collection);
      }
      return [momentOf(session), await migrationsOf(database, session)] as const;
    },
    options.say ?? (() => undefined),
  );
  const manifest: Manifest = {
    format: FORMAT,
    database: database.databaseName,
    clusterTime,
    takenAt: new Date(clusterTime.seconds * 1000).toISOString(),
    took: Math.round(performance.now() - begun),
    migrations,
    collections,
  };
  await writeManifest(folder, manifest);
  return manifest;
}

async function describe(database: mongo.Db): Promise<Pick<DumpedCollection, 'name' | 'options' | 'indexes'>[]> {
  const found = await database.listCollections<mongo.CollectionInfo>({}, { nameOnly: false }).toArray();
  const names = found.filter(({ name, type }) => type === 'collection' && !name.startsWith('system.'));
  const described = names.map(async ({ name, options = {} }) => {
    const indexes = (await database.collection(name).listIndexes().toArray()) as mongo.IndexDescriptionInfo[];
    return { name, options, indexes: indexes.filter((index) => index.name !== '_id_') };
  });
  return (await Promise.all(described)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function dumpCollection(
  database: mongo.Db,
  name: string,
  session: mongo.ClientSession,
  folder: string,
): Promise<ReturnType<ContentReader['content']>> {
  const reader = ContentReader.of(database.collection(name), { session, readConcern: SNAPSHOT });
  const file = createWriteStream(join(folder, fileOf(name)), { flags: 'wx', mode: 0o600, flush: true });
  await pipeline(gather(reader.read()), createZstdCompress(), file);
  return reader.content();
}

async function migrationsOf(database: mongo.Db, session: mongo.ClientSession): Promise<string[]> {
  const records = database.collection<{ _id: string }>('migrations');
  const found = await records.find({}, { session, readConcern: SNAPSHOT }).sort({ _id: 1 }).toArray();
  return found.map(({ _id }) => _id);
}

/** A rename is on the disk when its folder is. */
async function sync(folder: string): Promise<void> {
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
}

async function prune({ to, keep }: DumpOptions): Promise<void> {
  if (!keep) return;
  const names = await readdir(to);
  const whole = names.filter((name) => BACKUP_NAME.test(name)).sort();
  const before = new Date(Date.now() - ABANDONED).toISOString().replaceAll(':', '-');
  const abandoned = names.filter((name) => name.endsWith(PARTIAL) && name < before);
  const old = [...whole.slice(0, -keep), ...abandoned];
  await Promise.all(old.map((name) => rm(join(to, name), { recursive: true, force: true })));
}
