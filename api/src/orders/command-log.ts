import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ProblemCode } from '@qc/contracts';
import type { ClientSession, Model } from 'mongoose';
import { OutboxRepository } from '../outbox/outbox.repository';
import { Clock } from '../platform/clock';
import { FieldEncryption } from '../platform/field-encryption';
import { Problem } from '../platform/http/problem';
import { BatchedLookUp } from '../platform/mongo/batched-look-up';
import { isDuplicateKey } from '../platform/mongo/duplicate-key';
import { Transactions } from '../platform/mongo/transactions';
import type { Command, CommandKey } from './command';
import { CommandRecord } from './command.schema';
import { orderAt } from './order.events';
import type { OrderRecord } from './order.schema';
import { OrdersRepository } from './orders.repository';

/** Milliseconds that a key is good for. */
const KEPT = 24 * 3_600_000;
/** Milliseconds that a second request waits for the first one's answer. */
const PATIENCE = 10_000;

/** What the next try may find otherwise is not kept, nor what was never begun. */
const PASSING = new Set<ProblemCode>([
  'VERSION_MISMATCH',
  'ORDER_LOCKED',
  'IDEMPOTENCY_KEY_REUSED',
  'PARTNER_NOT_VERIFIED',
]);

/** `replayed`: the key had done it before, nothing was written now. */
export interface Done<T> {
  readonly result: T;
  readonly replayed: boolean;
}

/** Says of an answer that it was given before. */
export const REPLAYED = { 'Idempotent-Replayed': 'true' };

export type Outcome = Pick<CommandRecord, 'orderId' | 'seq' | 'open' | 'lockedUntil'>;

/**
 * One key, one effect. That a command was carried out is written in the transaction of its change, so that no crash can
 * part the two: whoever sends it again gets the first answer, and of two at once the database lets only one through.
 */
@Injectable()
export class CommandLog {
  private readonly lookUp = new BatchedLookUp((ids) =>
    this.commands
      .find({ _id: { $in: ids } })
      .lean<CommandRecord[]>()
      .exec(),
  );
  private readonly running = new Map<string, Promise<unknown>>();

  constructor(
    @InjectModel(CommandRecord.name) private readonly commands: Model<CommandRecord>,
    private readonly orders: OrdersRepository,
    private readonly outbox: OutboxRepository,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly fields: FieldEncryption,
  ) {}

  /**
   * Carries the command out, or gives what it came to the first time: `again` turns what is kept into that answer.
   * @throws IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_PROGRESS, whatever `effect` throws or threw the first time
   */
  async once<T>(
    { key }: Command,
    effect: () => Promise<T>,
    again: (record: CommandRecord) => Promise<T>,
  ): Promise<Done<T>> {
    if (!key) return { result: await effect(), replayed: false };
    // another request with this key, under way in this process; between processes the database lets one through
    for (let first = this.running.get(key.id); first; first = this.running.get(key.id)) await endOf(first);
    const run = this.runOnce(key, effect, again);
    this.running.set(key.id, run);
    try {
      return await run;
    } finally {
      this.running.delete(key.id);
    }
  }

  /** Runs the command's change of an order as one transaction, and notes in it that it is done. */
  change(command: Command, work: (session: ClientSession) => Promise<OrderRecord>): Promise<OrderRecord> {
    return this.transactions.run(async (session) => {
      const order = await work(session);
      await this.note(command, { orderId: order._id, seq: order.version }, session);
      return order;
    });
  }

  /** Within the transaction of the change: that it is done, and what is to be answered. Without a key there is nothing to note. */
  async note({ key }: Command, outcome: Outcome, session: ClientSession): Promise<void> {
    if (key) await this.commands.insertMany([this.recordOf(key, outcome)], { session, lean: true });
  }

  /** As `note`, for several commands that share a transaction. */
  async noteAll(outcomes: readonly (readonly [Command, Outcome])[], session: ClientSession): Promise<void> {
    const records = outcomes.flatMap(([{ key }, outcome]) => (key ? [this.recordOf(key, outcome)] : []));
    if (records.length) await this.commands.insertMany(records, { session, lean: true });
  }

  /** The answer of a command that was noted as open is now there. */
  async close({ key }: Command, { version }: OrderRecord): Promise<void> {
    if (key) await this.commands.updateOne({ _id: key.id }, { $set: { seq: version }, $unset: { open: true } });
  }

  /** The order as it was answered the first time. */
  async orderOf({ orderId, seq }: CommandRecord): Promise<OrderRecord> {
    const order = orderId && (await this.orders.byId(orderId));
    if (!order) throw new Problem('ORDER_NOT_FOUND');
    const [event] = await this.outbox.ofOrder(order._id.toHexString(), seq! - 1, 1);
    return event ? orderAt(order, event.seq, event.at, event.state) : order;
  }

  private async runOnce<T>(
    key: CommandKey,
    effect: () => Promise<T>,
    again: (record: CommandRecord) => Promise<T>,
  ): Promise<Done<T>> {
    const earlier = await this.find(key);
    if (earlier) return replay(earlier, again);
    try {
      return { result: await effect(), replayed: false };
    } catch (error) {
      const first = isDuplicateKey(error, '_id') || isLasting(error) ? await this.keep(key, error) : null;
      if (first) return replay(first, again);
      throw error;
    }
  }

  /** Keeps a refusal. Answers what another request with this key came to before. */
  private async keep(key: CommandKey, error: unknown): Promise<CommandRecord | null> {
    if (isLasting(error)) {
      const { code, detail, extra } = error;
      const refusal = { code, ...(detail !== undefined && { detail }), extra };
      const [closed, kept] = await Promise.all([
        this.commands.updateOne({ _id: key.id, open: true }, { $set: { refusal }, $unset: { open: true } }),
        this.commands.updateOne({ _id: key.id }, { $setOnInsert: this.recordOf(key, { refusal }) }, { upsert: true }),
      ]);
      if (closed.modifiedCount || kept.upsertedCount) return null;
    }
    return this.find(key);
  }

  /** @throws IDEMPOTENCY_KEY_REUSED */
  private async find({ id, fingerprint }: CommandKey): Promise<CommandRecord | null> {
    const record = await this.lookUp.byId(id);
    if (!record) return null;
    if (record.expiresAt <= this.clock.now()) {
      await this.commands.deleteOne({ _id: id, expiresAt: record.expiresAt });
      return null;
    }
    if (!this.isOf(record, fingerprint)) throw new Problem('IDEMPOTENCY_KEY_REUSED');
    return record;
  }

  /** An address is soon guessed from a digest that anybody can compute; one without a key is from before there were keys. */
  private isOf(record: CommandRecord, fingerprint: string): boolean {
    return record.fingerprint === fingerprint || this.fields.isMacOf(record.fingerprint, fingerprint);
  }

  private recordOf(
    { id, fingerprint }: CommandKey,
    outcome: Omit<CommandRecord, '_id' | 'fingerprint' | 'expiresAt'>,
  ): CommandRecord {
    return {
      _id: id,
      fingerprint: this.fields.mac(fingerprint),
      ...outcome,
      expiresAt: new Date(this.clock.now().getTime() + KEPT),
    };
  }
}

async function replay<T>(record: CommandRecord, again: (record: CommandRecord) => Promise<T>): Promise<Done<T>> {
  if (!record.refusal) return { result: await again(record), replayed: true };
  const { code, detail, extra } = record.refusal;
  throw new Problem(code, detail, extra).asReplay();
}

function isLasting(error: unknown): error is Problem {
  const kind = error instanceof Problem ? error.status : 0;
  return kind > 401 && kind < 500 && kind !== 429 && !PASSING.has((error as Problem).code);
}

/** @throws IDEMPOTENCY_IN_PROGRESS when it takes too long */
async function endOf(first: Promise<unknown>): Promise<void> {
  const patience = new AbortController();
  const tooLong = pause(PATIENCE, true, { signal: patience.signal, ref: false });
  const ended = first.then(
    () => false,
    () => false,
  );
  try {
    if (await Promise.race([ended, tooLong.catch(() => false)]))
      throw new Problem('IDEMPOTENCY_IN_PROGRESS', undefined, { retryAfter: 1 });
  } finally {
    patience.abort();
  }
}
