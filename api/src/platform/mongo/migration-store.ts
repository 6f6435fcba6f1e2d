import type { mongo } from 'mongoose';
import type { UmzugStorage } from 'umzug';
import type { Migration, MigrationContext } from './migration';

/** A migration that this database has behind it. */
export interface MigrationRecord {
  /** Its name. */
  _id: string;
  compatible: boolean;
  at: Date;
}

/** Stands among the migrations while the data is not whole: no server starts on it. */
export const UNFINISHED_RESTORE = 'an unfinished restore';

/** What was carried out, in the collection `migrations`. */
export class MigrationStore implements UmzugStorage<MigrationContext> {
  private readonly records: mongo.Collection<MigrationRecord>;

  constructor(
    database: mongo.Db,
    private readonly migrations: readonly Migration[],
  ) {
    this.records = database.collection<MigrationRecord>('migrations', { writeConcern: { w: 'majority' } });
  }

  async logMigration({ name }: { name: string }): Promise<void> {
    const compatible = this.migrations.some((one) => one.name === name && one.compatible);
    await this.records.updateOne({ _id: name }, { $set: { compatible, at: new Date() } }, { upsert: true });
  }

  async unlogMigration({ name }: { name: string }): Promise<void> {
    await this.records.deleteOne({ _id: name });
  }

  async executed(): Promise<string[]> {
    return (await this.all()).map(({ _id }) => _id);
  }

  all(): Promise<MigrationRecord[]> {
    return this.records
      .find({}, { readConcern: { level: 'majority' } })
      .sort({ _id: 1 })
      .toArray();
  }
}
