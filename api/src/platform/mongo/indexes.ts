import { Logger } from '@nestjs/common';
import type { Connection, IndexDefinition, IndexOptions, Model, mongo } from 'mongoose';

const logger = new Logger('Indexes');
const NAMESPACE_EXISTS = 48;

type Index = [IndexDefinition, IndexOptions];

interface Missing {
  model: Model<unknown>;
  indexes: Index[];
}

/**
 * Makes the collections, and the indexes that they lack. Correctness rests on unique indexes: the start waits for those,
 * and for any on an empty collection. The others only make things quick: on data that is there they are built one after
 * the other while the server is already at work.
 * @returns `built`: these are there, or it was logged why not; never rejects
 */
export async function ensureIndexes(connection: Connection): Promise<{ built: Promise<void> }> {
  const models = Object.values(connection.models) as Model<unknown>[];
  await createCollections(connection, models);
  const later = await Promise.all(models.map(buildUrgent));
  return { built: buildLater(later) };
}

/** A collection that is made within a transaction would make its first users fail. */
async function createCollections(connection: Connection, models: Model<unknown>[]): Promise<void> {
  const there = new Set((await connection.listCollections()).map(({ name }) => name));
  const missing = models.filter(({ collection }) => !there.has(collection.collectionName));
  await Promise.all(missing.map((model) => model.createCollection().catch(unlessThere)));
}

/** Answers what can wait. */
async function buildUrgent(model: Model<unknown>): Promise<Missing> {
  // also those that are listed: that is what one looks like which another process is still building
  for (const index of model.schema.indexes().filter(isUnique)) await build(model, index);
  // the types know only one form of the answer
  const { toCreate } = (await model.diffIndexes({ indexOptionsToCreate: true })) as unknown as { toCreate: Index[] };
  if (!toCreate.length) return { model, indexes: [] };
  if ((await model.exists({})) !== null) return { model, indexes: toCreate };
  for (const index of toCreate) await build(model, index);
  return { model, indexes: [] };
}

function isUnique([, options]: Index): boolean {
  return options.unique === true;
}

async function buildLater(missing: readonly Missing[]): Promise<void> {
  for (const { model, indexes } of missing) {
    for (const index of indexes) {
      const name = `${model.collection.collectionName} ${JSON.stringify(index[0])}`;
      try {
        logger.log(`building the index ${name} beside the work`);
        await build(model, index);
        logger.log(`the index ${name} is there`);
      } catch (error) {
        logger.error(`the index ${name} is missing until the next start: ${String(error)}`);
      }
    }
  }
}

/** Waits also for one that another process is building. */
async function build(model: Model<unknown>, [fields, options]: Index): Promise<void> {
  const { _autoIndex, background: _obsolete, ...rest } = options as IndexOptions & { _autoIndex?: boolean };
  await model.collection.createIndex(fields as mongo.IndexSpecification, rest as mongo.CreateIndexesOptions);
}

/** Another process of the same start was quicker. */
function unlessThere(error: unknown): void {
  if ((error as { code?: unknown }).code !== NAMESPACE_EXISTS) throw error;
}
