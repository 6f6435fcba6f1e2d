import { FieldEncryption } from '../platform/field-encryption';
import { ensureFieldKeys } from '../platform/secrets';
import { runCommand, say, withDatabase } from './command-line';
import { rekeyFields } from './rekey-fields';

runCommand(async (env) => {
  ensureFieldKeys(env);
  const fields = new FieldEncryption(env.FIELD_KEYS!);
  const done = await withDatabase(env, (connection) => rekeyFields(connection.db!, fields));
  for (const { place, changed } of done) say(`${place}: ${changed} sealed anew with key "${fields.current}"`);
});
