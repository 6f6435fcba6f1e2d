import type { mongo } from 'mongoose';
import { type FieldEncryption, isSealed, SealBroken } from '../platform/field-encryption';
import { valueAt } from '../platform/mongo/rewrite-field';
import { StartupError } from '../platform/startup-error';
import { SEALED_FIELDS } from './sealed-fields';

/** Documents of each kind that are tried, the newest ones. */
const TRIED = 20;

/** A server with the wrong keys would show nothing, and seal what is new so that the others could not open it. @throws StartupError */
export async function assertKeys(database: mongo.Db, fields: FieldEncryption): Promise<void> {
  for (const { collection, field } of SEALED_FIELDS) {
    const newest = database.collection(collection).find({}, { projection: { [field]: 1 } });
    for await (const document of newest.sort({ _id: -1 }).limit(TRIED)) {
      const value = valueAt(document, field);
      if (isSealed(value)) assertOpens(fields, value, { collection, field, id: document._id });
    }
  }
}

function assertOpens(fields: FieldEncryption, ...sealed: Parameters<FieldEncryption['open']>): void {
  try {
    fields.open(...sealed);
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    throw new StartupError(`FIELD_KEYS is not what the data was sealed with: ${error.message}`);
  }
}
