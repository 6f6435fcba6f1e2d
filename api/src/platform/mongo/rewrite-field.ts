import type { mongo } from 'mongoose';
import type { Place } from '../field-encryption';

const BATCH = 500;

export interface Rewrite {
  database: mongo.Db;
  collection: string;
  /** A path, e.g. `profile.phone`. */
  field: string;
  /** What is still to be done: must no longer match what was. */
  filter: mongo.Filter<mongo.Document>;
  change: (value: unknown, place: Place) => unknown;
  signal?: AbortSignal;
  /** Documents that are read and written at a time. */
  batch?: number;
}

/**
 * Gives a field of many documents a new value, in order of their ids, beside whoever else writes them: only what still
 * holds the value that was read is changed. Answers how many were.
 */
export async function rewriteField({ batch = BATCH, ...rewrite }: Rewrite): Promise<number> {
  const { database, collection, field, filter, change, signal } = rewrite;
  const documents = database.collection(collection, { writeConcern: { w: 'majority' } });
  let changed = 0;
  for (let after: unknown; ;) {
    signal?.throwIfAborted();
    const next = after === undefined ? filter : { $and: [{ _id: { $gt: after } }, filter] };
    const found = await documents
      .find(next as mongo.Filter<mongo.Document>, { projection: { [field]: 1 } })
      .sort({ _id: 1 })
      .limit(batch)
      .toArray();
    if (!found.length) return changed;
    const writes = found.map((document) => {
      const value = valueAt(document, field);
      const fresh = change(value, { collection, field, id: document._id });
      return { updateOne: { filter: { _id: document._id, [field]: value }, update: { $set: { [field]: fresh } } } };
    });
    const { modifiedCount } = await documents.bulkWrite(writes, { ordered: false });
    changed += modifiedCount;
    after = found.at(-1)!._id;
  }
}

/** @param path e.g. `profile.phone` */
export function valueAt(document: mongo.Document, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | null | undefined)?.[key], document);
}
