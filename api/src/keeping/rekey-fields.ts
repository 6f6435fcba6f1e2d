import type { mongo } from 'mongoose';
import type { FieldEncryption } from '../platform/field-encryption';
import { rewriteField } from '../platform/mongo/rewrite-field';
import { SEALED_FIELDS } from './sealed-fields';

/** Seals with the current key all that is sealed with another one, or not at all, beside the work of the servers. */
export async function rekeyFields(
  database: mongo.Db,
  fields: FieldEncryption,
  batch?: number,
): Promise<{ place: string; changed: number }[]> {
  const done = [];
  for (const { collection, field } of SEALED_FIELDS) {
    const filter = { [field]: { $exists: true, $ne: null }, [`${field}.kid`]: { $ne: fields.current } };
    const changed = await rewriteField({
      database,
      collection,
      field,
      filter,
      change: (value, place) => fields.seal(fields.open(value, place), place),
      ...(batch && { batch }),
    });
    done.push({ place: `${collection}.${field}`, changed });
  }
  return done;
}
