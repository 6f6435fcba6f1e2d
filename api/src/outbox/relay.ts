import { Injectable, Logger, type OnApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import type { Subscription } from 'rxjs';
import type { EventRecord } from './event.schema';
import { Transactions } from '../platform/mongo/transactions';
import { OutboxRepository } from './outbox.repository';

export type OutboxListener = (event: EventRecord) => Promise<void>;

const BATCH = 100;
/** Milliseconds. Finds what a crash left behind; on the normal path a commit is the signal. */
const PATROL_EVERY = 1000;

/**
 * Publishes committed events to whoever listens, at least once and in commit order. It knows no listener; one that
 * throws is logged and passed by, so that one bad event never holds up the others.
 */
@Injectable()
export class Relay implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Relay.name);
  private readonly listeners: OutboxListener[] = [];
  private position?: number;
  private running?: Promise<void>;
  private again = false;
  private stopped = false;
  private patrol?: NodeJS.Timeout;
  private commits?: Subscription;

  constructor(
    private readonly outbox: OutboxRepository,
    private readonly transactions: Transactions,
  ) {}

  listen(listener: OutboxListener): void {
    this.listeners.push(listener);
  }

  onApplicationBootstrap(): void {
    this.commits = this.transactions.committed.subscribe(() => this.wake());
    this.patrol = setInterval(() => this.wake(), PATROL_EVERY).unref();
    this.wake();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.patrol);
    this.commits?.unsubscribe();
    await this.running;
  }

  /** Returns at once; never throws. */
  private wake(): void {
    this.again = true;
    this.running ??= this.work().finally(() => (this.running = undefined));
  }

  private async work(): Promise<void> {
    try {
      while (this.again && !this.stopped) {
        this.again = false;
        await this.drain();
      }
    } catch (error) {
      this.logger.warn(`events wait for the database: ${String(error)}`);
    }
  }

  private async drain(): Promise<void> {
    this.position ??= await this.outbox.lastPosition();
    for (;;) {
      const events = await this.outbox.oldestUnsent(BATCH);
      if (!events.length || this.stopped) return;
      await this.number(events);
      for (const event of events) await this.publish(event);
      await this.outbox.markSent(events);
    }
  }

  private async number(events: EventRecord[]): Promise<void> {
    const fresh = events.filter((event) => event.pos === undefined);
    for (const event of fresh) event.pos = this.position! += 1;
    if (fresh.length) await this.outbox.setPositions(fresh);
  }

  private async publish(event: EventRecord): Promise<void> {
    for (const listener of this.listeners) {
      await listener(event).catch((error: unknown) => this.logger.error(error));
    }
  }
}
