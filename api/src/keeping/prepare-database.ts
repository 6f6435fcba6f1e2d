import { type INestApplicationContext, Logger } from '@nestjs/common';
import { getConnectionToken } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { MIGRATIONS } from '../migrations';
import { FieldEncryption } from '../platform/field-encryption';
import { ensureIndexes } from '../platform/mongo/indexes';
import { Leases } from '../platform/mongo/leases';
import { Migrator } from '../platform/mongo/migrator';
import { assertKeys } from './assert-keys';

const logger = new Logger('Migrations');

/**
 * Before a server takes work: the data has the shape that it knows, the collections and all indexes that it must not be
 * without are there. @returns `indexes`: the others are there as well @throws StartupError
 */
export async function prepareDatabase(app: INestApplicationContext): Promise<{ indexes: Promise<void> }> {
  const connection = app.get<Connection>(getConnectionToken());
  const fields = app.get(FieldEncryption);
  await assertKeys(connection.db!, fields);
  const migrator = new Migrator({
    database: connection.db!,
    fields,
    leases: app.get(Leases),
    migrations: MIGRATIONS,
    say: (line) => logger.log(line),
  });
  await migrator.ensure();
  const { built } = await ensureIndexes(connection);
  return { indexes: built };
}
