import type { mongo } from 'mongoose';
import type { FieldEncryption } from '../field-encryption';

export interface MigrationContext {
  readonly database: mongo.Db;
  readonly fields: FieldEncryption;
  /** Aborted when another process may have taken over: looked at between batches. */
  readonly signal: AbortSignal;
}

/**
 * One step from one shape of the data to the next. It may be killed anywhere and is then run again from its beginning,
 * beside servers that are at work: so it goes in bounded batches, and finds by a condition what is still to be done.
 */
export interface Migration {
  /** Four digits and what it does; the order is theirs. */
  readonly name: string;
  /** Servers that do not know it work well with what it leaves: it only adds. */
  readonly compatible: boolean;
  up: (context: MigrationContext) => Promise<void>;
  down: (context: MigrationContext) => Promise<void>;
}
