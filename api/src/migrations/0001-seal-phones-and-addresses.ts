import { isSealed, type Place } from '../platform/field-encryption';
import type { Migration, MigrationContext } from '../platform/mongo/migration';
import { rewriteField } from '../platform/mongo/rewrite-field';

const FIELDS = [
  { collection: 'orders', field: 'deliveryAddress' },
  { collection: 'users', field: 'profile.phone' },
] as const;

/** Phone numbers and delivery addresses become ciphertext. Servers from before would show it to people. */
export const sealPhonesAndAddresses: Migration = {
  name: '0001-seal-phones-and-addresses',
  compatible: false,
  up: (context) =>
    everywhere(context, { kid: { $exists: false } }, (value, place) =>
      isSealed(value) ? value : context.fields.seal(value, place),
    ),
  down: (context) =>
    everywhere(context, { kid: { $exists: true } }, (value, place) => context.fields.open(value, place)),
};

async function everywhere(
  { database, signal }: MigrationContext,
  { kid }: { kid: object },
  change: (value: unknown, place: Place) => unknown,
): Promise<void> {
  for (const { collection, field } of FIELDS) {
    const filter = { [field]: { $exists: true, $ne: null }, [`${field}.kid`]: kid };
    await rewriteField({ database, collection, field, filter, change, signal });
  }
}
