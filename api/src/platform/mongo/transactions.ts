import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { ClientSession, Connection } from 'mongoose';
import { Problem } from '../http/problem';
import { Metrics } from '../metrics/metrics';
import { isDatabaseAway, isTransient, isUnknownCommit } from './faults';

/** Milliseconds that one use case may take, retries included: a failover fits in, a person's patience is not used up. */
const BOUND = 20_000;
/** Milliseconds. Grows by half with each attempt, and each wait is a random part of it, so that rivals do not meet again. */
const BACKOFF = { first: 5, most: 500, growth: 1.5 };

const MAJORITY_SNAPSHOT = {
  readConcern: { level: 'snapshot' },
  writeConcern: { w: 'majority' },
  readPreference: 'primary',
} as const;

/**
 * Runs a use case as one MongoDB transaction: snapshot reads, majority commit. The callback may run several times, so
 * that it touches nothing but its session and makes no id that outlives it; what has an effect elsewhere is left to
 * `afterCommit`. The driver's own `withTransaction` gives up when a primary is killed: a connection that is torn down
 * together with its pool fails without the label that it looks for. Here a commit whose answer was lost is asked for
 * again under its own number until the database says whether it took place.
 */
@Injectable()
export class Transactions {
  private readonly logger = new Logger(Transactions.name);
  private readonly effects = new WeakMap<ClientSession, (() => void)[]>();

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly metrics: Metrics,
  ) {}

  /** @throws whatever the callback refuses with; UNAVAILABLE when the database stays away: then the outcome is not known. */
  async run<T>(work: (session: ClientSession) => Promise<T>): Promise<T> {
    const deadline = performance.now() + BOUND;
    for (let attempt = 1; ; attempt += 1) {
      const session = await this.connection.startSession();
      const done = await this.attempt(session, work, deadline);
      if (done) return done.result;
      this.metrics.transactionRetries.inc();
      await backOff(attempt, deadline);
    }
  }

  /** Puts an effect off until the change is committed. It must not throw. */
  afterCommit(session: ClientSession, effect: () => void): void {
    this.effects.get(session)!.push(effect);
  }

  /** null: nothing took place, and the same may go well the next time. */
  private async attempt<T>(
    session: ClientSession,
    work: (session: ClientSession) => Promise<T>,
    deadline: number,
  ): Promise<{ result: T } | null> {
    const effects: (() => void)[] = [];
    this.effects.set(session, effects);
    let reachable = true;
    try {
      session.startTransaction(MAJORITY_SNAPSHOT);
      const result = await work(session);
      if (!(await this.commit(session, deadline))) return null;
      for (const effect of effects) effect();
      return { result };
    } catch (error) {
      reachable = !isDatabaseAway(error);
      if (isTransient(error) || !reachable) return null;
      throw error;
    } finally {
      // aborts what is still open; with nobody there to tell, nobody waits for it
      const ended = session.endSession().catch(() => undefined);
      if (reachable) await ended;
    }
  }

  /** True: the change is there, on a majority. False: it is not and will not be. @throws UNAVAILABLE nobody can say in time */
  private async commit(session: ClientSession, deadline: number): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await session.commitTransaction();
        return true;
      } catch (error) {
        if (isTransient(error)) return false;
        if (!isUnknownCommit(error)) throw error;
        this.logger.warn(`asking again what became of a commit: ${String(error)}`);
        await backOff(attempt, deadline);
      }
    }
  }
}

/** @throws UNAVAILABLE when there is no time left */
async function backOff(attempt: number, deadline: number): Promise<void> {
  const longest = Math.min(BACKOFF.first * BACKOFF.growth ** (attempt - 1), BACKOFF.most);
  const wait = Math.random() * longest;
  if (performance.now() + wait >= deadline) throw new Problem('UNAVAILABLE', undefined, { retryAfter: 2 });
  await pause(wait);
}
