import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';
import mongoose, { type Connection, type mongo } from 'mongoose';
import { UNFINISHED_RESTORE } from '../platform/mongo/migration-store';
import { StartupError } from '../platform/startup-error';
import { contentOf, type RawDocument, split } from './content';
import { BACKUP_NAME } from './dump';
import { type DumpedCollection, fileOf, type Manifest, readVerified } from './manifest';

/** Documents, and bytes, that are sent at a time. */
const BATCH = { documents: 1000, bytes: 8 * 1024 * 1024 };
/** Whatever type a value has is kept: a number of the database is not one of JavaScript. */
const FAITHFUL = { promoteValues: false, promoteBuffers: false, promoteLongs: false, bsonRegExp: true } as const;
/** Our own mark is in no backup. */
const WITHOUT_MARK: mongo.Filter<mongo.Document> = { _id: { $ne: UNFINISHED_RESTORE as never } };

export interface LoadOptions {
  /** A backup, or the folder of all of them: then the newest. */
  from: string;
  /** Whatever the database holds is replaced. */
  force?: boolean;
}

export interface Loaded {
  folder: string;
  manifest: Manifest;
  documents: number;
  /** Milliseconds. */
  took: number;
}

/**
 * Makes the database what the backup holds: the files are verified before anything is touched, and what was written is
 * read back and compared after. Indexes come last, so that nothing expires before it was compared. Until the end a mark
 * keeps every server from starting on half of the data.
 * @throws StartupError when the backup is damaged, or the database is not empty and `force` was not given
 */
export async function load(connection: Connection, { from, force = false }: LoadOptions): Promise<Loaded> {
  const begun = performance.now();
  const database = connection.db!;
  const folder = await newestIn(from);
  const manifest = await readVerified(folder);
  if (!force) await assertEmpty(database);
  const marks = database.collection<{ _id: string; compatible: boolean }>('migrations', {
    writeConcern: { w: 'majority' },
  });
  await marks.updateOne({ _id: UNFINISHED_RESTORE }, { $set: { compatible: false } }, { upsert: true });
  await clear(database);
  for (const collection of manifest.collections) await loadCollection(database, collection, folder);
  for (const collection of manifest.collections) await verify(database, collection);
  for (const { name, indexes } of manifest.collections) await buildIndexes(database.collection(name), indexes);
  await marks.deleteOne({ _id: UNFINISHED_RESTORE });
  const documents = manifest.collections.reduce((sum, collection) => sum + collection.documents, 0);
  return { folder, manifest, documents, took: Math.round(performance.now() - begun) };
}

async function newestIn(from: string): Promise<string> {
  const names = await readdir(from).catch(() => {
    throw new StartupError(`there is no folder ${from}`);
  });
  const newest = names
    .filter((name) => BACKUP_NAME.test(name))
    .sort()
    .at(-1);
  return newest ? join(from, newest) : from;
}

async function assertEmpty(database: mongo.Db): Promise<void> {
  for (const { name } of await database.listCollections({}, { nameOnly: true }).toArray()) {
    if (!name.startsWith('system.') && (await database.collection(name).findOne())) {
      throw new StartupError(
        `the database ${database.databaseName} is not empty (${name}): --force replaces all that it holds`,
      );
    }
  }
}

async function clear(database: mongo.Db): Promise<void> {
  for (const { name } of await database.listCollections({}, { nameOnly: true }).toArray()) {
    if (name === 'migrations') await database.collection(name).deleteMany(WITHOUT_MARK);
    else if (!name.startsWith('system.')) await database.collection(name).drop();
  }
}

async function loadCollection(database: mongo.Db, { name, options }: DumpedCollection, folder: string): Promise<void> {
  if (name !== 'migrations') await database.createCollection(name, options);
  const collection = database.collection(name, { writeConcern: { w: 'majority' } });
  // whatever goes wrong with the file is thrown where its documents are read
  const chunks = pipeline(createReadStream(join(folder, fileOf(name))), createZstdDecompress(), () => undefined);
  for await (const batch of batches(split(chunks))) {
    const documents = batch.map((raw) => mongoose.mongo.BSON.deserialize(raw, FAITHFUL));
    await collection.insertMany(documents, { forceServerObjectId: true });
  }
}

async function* batches(documents: AsyncIterable<RawDocument>): AsyncGenerator<RawDocument[]> {
  let batch: RawDocument[] = [];
  let bytes = 0;
  for await (const document of documents) {
    batch.push(document);
    bytes += document.length;
    if (batch.length < BATCH.documents && bytes < BATCH.bytes) continue;
    yield batch;
    [batch, bytes] = [[], 0];
  }
  if (batch.length) yield batch;
}

/** @throws Error when the database holds anything else than the backup */
async function verify(database: mongo.Db, { name, documents, sha256 }: DumpedCollection): Promise<void> {
  const found = await contentOf(database.collection(name), { readConcern: { level: 'majority' } }, WITHOUT_MARK);
  if (found.documents !== documents || found.sha256 !== sha256) {
    throw new Error(`${name} was not restored as it was: ${found.documents} documents of ${documents}`);
  }
}

async function buildIndexes(collection: mongo.Collection, indexes: mongo.IndexDescriptionInfo[]): Promise<void> {
  if (!indexes.length) return;
  // the server's own version of the form
  const described = indexes.map(({ v: _version, ...index }) => index as mongo.IndexDescription);
  await collection.createIndexes(described);
}
