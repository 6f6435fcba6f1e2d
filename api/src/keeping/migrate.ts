import { parseArgs } from 'node:util';
import type { Connection } from 'mongoose';
import { MIGRATIONS } from '../migrations';
import type { Env } from '../platform/env';
import { FieldEncryption } from '../platform/field-encryption';
import { Lease, LeaseSchema } from '../platform/mongo/lease.schema';
import { Leases } from '../platform/mongo/leases';
import { Migrator } from '../platform/mongo/migrator';
import { ensureFieldKeys } from '../platform/secrets';
import { StartupError } from '../platform/startup-error';
import { runCommand, say, withDatabase } from './command-line';

const USAGE = 'npm run migrate -- status | up [--to NAME] | down [--to NAME]';

const WORK: Record<string, (migrator: Migrator, to?: string) => Promise<void>> = {
  status: async (migrator) => {
    const all = await migrator.status();
    for (const { name, state, at } of all) say(`${name}: ${state}${at ? ` since ${at.toISOString()}` : ''}`);
  },
  up: async (migrator, to) => tell(await migrator.up(to)),
  down: async (migrator, to) => tell(await migrator.down(to)),
};

runCommand(async (env) => {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { to: { type: 'string' } } });
  const work = WORK[positionals[0] ?? ''];
  if (!work || positionals.length > 1) throw new StartupError(`usage: ${USAGE}`);
  ensureFieldKeys(env);
  await withDatabase(env, (connection) => work(migratorOf(connection, env), values.to));
});

function tell(names: string[]): void {
  if (!names.length) say('there was nothing to do');
}

function migratorOf(connection: Connection, env: Env): Migrator {
  return new Migrator({
    database: connection.db!,
    fields: new FieldEncryption(env.FIELD_KEYS!),
    leases: new Leases(connection.model(Lease.name, LeaseSchema)),
    migrations: MIGRATIONS,
    say,
  });
}
