import { Injectable, Logger, type OnApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Subscription } from 'rxjs';
import type { EventFact } from './event.schema';
import { OutboxRepository } from './outbox.repository';

export type OutboxListener = (event: EventFact) => Promise<void>;

const BATCH = 100;
/** Milliseconds. Finds what a crash left behind; on the normal path the commit itself brings the events. */
const PATROL_EVERY = 1000;
/** How many orders' last event, and how many events, are remembered as published. */
const REMEMBERED = 20_000;

/**
 * Publishes committed events to whoever listens: at least once, and in order within one order. Normally straight from
 * the memory of the process that has just committed them; from the database after a crash, or when one does not follow
 * on what was published last. Only then it is kept that they were sent, and where they stand in the order of commits.
 */
@Injectable()
export class Relay implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Relay.name);
  private readonly listeners: OutboxListener[] = [];
  /** The last `seq` of each order that was taken up here. */
  private readonly reached = new LRUCache<string, number>({ max: REMEMBERED });
  private readonly takenUp = new LRUCache<string, true>({ max: REMEMBERED });
  /** What is being published, the last of each order: the next one waits for it. */
  private readonly queues = new Map<string, Promise<void>>();
  private published: EventFact[] = [];
  private position?: number;
  private settling?: Promise<void>;
  private draining?: Promise<void>;
  private again = false;
  private stopped = false;
  private patrol?: NodeJS.Timeout;
  private commits?: Subscription;

  constructor(private readonly outbox: OutboxRepository) {}

  listen(listener: OutboxListener): void {
    this.listeners.push(listener);
  }

  onApplicationBootstrap(): void {
    this.commits = this.outbox.committed.subscribe((events) => this.receive(events));
    this.patrol = setInterval(() => this.drain(), PATROL_EVERY).unref();
    this.drain();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.patrol);
    this.commits?.unsubscribe();
    await this.draining;
    await Promise.all(this.queues.values());
    await this.settling;
  }

  private receive(events: readonly EventFact[]): void {
    for (const event of events) {
      if (this.follows(event)) this.takeUp(event);
      else this.drain();
    }
  }

  /** Whether it is known here that everything before it was taken up. */
  private follows({ orderId, seq }: EventFact): boolean {
    return seq === undefined || seq === 1 || this.reached.get(orderId.toHexString()) === seq - 1;
  }

  private takeUp(event: EventFact): void {
    const id = event._id.toHexString();
    const order = event.orderId.toHexString();
    const before = event.seq !== undefined && event.seq <= (this.reached.get(order) ?? 0);
    if (before || this.takenUp.has(id)) return;
    this.takenUp.set(id, true);
    if (event.seq !== undefined) this.reached.set(order, event.seq);
    const turn = (this.queues.get(order) ?? Promise.resolve()).then(() => this.publish(event));
    this.queues.set(order, turn);
    void turn.then(() => {
      if (this.queues.get(order) === turn) this.queues.delete(order);
    });
  }

  private async publish(event: EventFact): Promise<void> {
    for (const listener of this.listeners) {
      // a listener may fail before there is a promise; neither way may it hold up its order
      try {
        await listener(event);
      } catch (error) {
        this.logger.error(error);
      }
    }
    this.published.push(event);
    this.settle();
  }

  /** Keeps what was published: one write at a time, of as many as have gathered meanwhile. Returns at once; never throws. */
  private settle(): void {
    this.settling ??= this.settleAll().finally(() => (this.settling = undefined));
  }

  private async settleAll(): Promise<void> {
    while (this.published.length) {
      const events = this.published.slice(0, BATCH);
      try {
        this.position ??= await this.outbox.lastPosition();
        await this.outbox.settle(events.map(({ _id }) => ({ _id, pos: (this.position! += 1) })));
        this.published.splice(0, events.length);
      } catch (error) {
        this.position = undefined; // what became of the write is not known
        this.logger.warn(`events wait for the database: ${String(error)}`);
        return; // the patrol comes by again
      }
    }
  }

  /** Takes up what is committed and was not published here. Returns at once; never throws. */
  private drain(): void {
    this.again = true;
    this.draining ??= this.work().finally(() => (this.draining = undefined));
  }

  private async work(): Promise<void> {
    try {
      while (this.again && !this.stopped) {
        this.again = false;
        const events = await this.outbox.unsent(BATCH);
        for (const event of inOrder(events)) this.takeUp(event);
        await Promise.all(this.queues.values());
        this.settle();
        await this.settling;
        if (events.length >= BATCH) this.again = true;
      }
    } catch (error) {
      this.logger.warn(`events wait for the database: ${String(error)}`);
    }
  }
}

/** Whatever ids and clocks of several processes say: one order's events by their `seq`. */
function inOrder(events: EventFact[]): EventFact[] {
  const byOrder = Map.groupBy(events, ({ orderId }) => orderId.toHexString());
  return [...byOrder.values()].flatMap((own) => own.sort((a, b) => (a.seq ?? Infinity) - (b.seq ?? Infinity) || 0));
}
