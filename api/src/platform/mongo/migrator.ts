import { setTimeout as pause } from 'node:timers/promises';
import type { mongo } from 'mongoose';
import { Umzug } from 'umzug';
import type { FieldEncryption } from '../field-encryption';
import { StartupError } from '../startup-error';
import type { Leases } from './leases';
import type { Migration, MigrationContext } from './migration';
import { type MigrationRecord, MigrationStore, UNFINISHED_RESTORE } from './migration-store';

const LEASE = 'migrations';
/** Seconds after which another process takes over from one that was killed. */
const HELD = 30;
/** Milliseconds between two looks at what another process does. */
const PATIENCE = 500;

export interface MigratorOptions {
  database: mongo.Db;
  fields: FieldEncryption;
  leases: Pick<Leases, 'take' | 'release'>;
  migrations: readonly Migration[];
  say?: (line: string) => void;
  /** Seconds that the lease is taken for. */
  held?: number;
}

export interface MigrationStatus {
  name: string;
  state: 'done' | 'pending' | 'unknown here';
  at?: Date;
}

/** Brings a database to the shape that this server works with; of several processes one does it, the others wait. */
export class Migrator {
  private readonly store: MigrationStore;
  private readonly held: number;

  constructor(private readonly options: MigratorOptions) {
    this.store = new MigrationStore(options.database, options.migrations);
    this.held = options.held ?? HELD;
  }

  /** For the start of a server. @throws StartupError when a newer one has left something that this one cannot work with */
  async ensure(): Promise<void> {
    this.assertKnown(await this.store.all());
    await this.underLease(
      async () => (await this.pending()).length > 0,
      async (umzug) => void (await umzug.up()),
    );
    // what another process did while this one waited
    this.assertKnown(await this.store.all());
  }

  /** All that are pending, or as far as `to`. Answers which. */
  async up(to?: string): Promise<string[]> {
    this.assertKnown(await this.store.all());
    return this.run((umzug) => umzug.up(to ? { to: this.known(to) } : {}));
  }

  /** The last one, or all back to `to`, that one included. Answers which. */
  async down(to?: string): Promise<string[]> {
    return this.run((umzug) => umzug.down(to ? { to: this.known(to) } : {}));
  }

  async status(): Promise<MigrationStatus[]> {
    const done = await this.store.all();
    const pending = await this.pending();
    const known = new Set(this.options.migrations.map(({ name }) => name));
    return [
      ...done.map(({ _id, at }) => ({
        name: _id,
        state: known.has(_id) ? ('done' as const) : ('unknown here' as const),
        at,
      })),
      ...pending.map((name) => ({ name, state: 'pending' as const })),
    ];
  }

  private async pending(): Promise<string[]> {
    const done = new Set(await this.store.executed());
    return this.options.migrations.map(({ name }) => name).filter((name) => !done.has(name));
  }

  private known(name: string): string {
    if (this.options.migrations.some((one) => one.name === name)) return name;
    throw new StartupError(`there is no migration "${name}" here: see npm run migrate -- status`);
  }

  private assertKnown(done: readonly MigrationRecord[]): void {
    if (done.some(({ _id }) => _id === UNFINISHED_RESTORE)) {
      throw new StartupError('a restore of this database did not come to its end: run it again, with --force');
    }
    const known = new Set(this.options.migrations.map(({ name }) => name));
    const newer = done.filter(({ _id, compatible }) => !known.has(_id) && !compatible).map(({ _id }) => _id);
    if (newer.length) {
      throw new StartupError(
        `the database was migrated by a newer version (${newer.join()}), which this one cannot work with: start that version, or let it roll back with npm run migrate -- down --to ${newer[0]}`,
      );
    }
  }

  private async run(work: (umzug: Umzug<MigrationContext>) => Promise<{ name: string }[]>): Promise<string[]> {
    const names: string[] = [];
    await this.underLease(
      () => Promise.resolve(true),
      async (umzug) => void names.push(...(await work(umzug)).map(({ name }) => name)),
    );
    return names;
  }

  /** Waits for the lease as long as there is something to do; holds it as long as the work takes. */
  private async underLease(
    needed: () => Promise<boolean>,
    work: (umzug: Umzug<MigrationContext>) => Promise<void>,
  ): Promise<void> {
    const { leases } = this.options;
    while (await needed()) {
      if (!(await leases.take(LEASE, this.held))) {
        await pause(PATIENCE);
        continue;
      }
      const lost = new AbortController();
      const renewal = setInterval(() => void this.renew(lost), (this.held * 1000) / 3);
      try {
        return await work(this.umzug(lost.signal));
      } finally {
        clearInterval(renewal);
        await leases.release(LEASE);
      }
    }
  }

  private async renew(lost: AbortController): Promise<void> {
    const mine = await this.options.leases.take(LEASE, this.held).catch(() => false);
    if (!mine) lost.abort(new Error('another process may have taken the migrations over'));
  }

  private umzug(signal: AbortSignal): Umzug<MigrationContext> {
    const { database, fields, migrations, say } = this.options;
    const umzug = new Umzug<MigrationContext>({
      migrations: migrations.map(({ name, up, down }) => ({
        name,
        up: ({ context }) => up(context),
        down: ({ context }) => down(context),
      })),
      storage: this.store,
      context: { database, fields, signal },
      logger: undefined,
    });
    umzug.on('migrating', ({ name }) => say?.(`migration ${name}: forward …`));
    umzug.on('reverting', ({ name }) => say?.(`migration ${name}: back …`));
    umzug.on('migrated', ({ name }) => say?.(`migration ${name}: done`));
    umzug.on('reverted', ({ name }) => say?.(`migration ${name}: undone`));
    return umzug;
  }
}
