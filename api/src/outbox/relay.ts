import { Injectable, Logger, type OnApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Subject, type Subscription } from 'rxjs';
import { Chores } from '../platform/chores';
import { Clock } from '../platform/clock';
import { Metrics } from '../platform/metrics/metrics';
import type { EventFact } from './event.schema';
import { OutboxRepository } from './outbox.repository';

/** Who is to be told: everybody, or those who are connected to this process, for the others know it already. */
export type Reach = 'everywhere' | 'here';

export type OutboxListener = (event: EventFact, reach: Reach) => Promise<void>;

const BATCH = 100;
/** Milliseconds. On the normal path the commit itself brings the events. */
const PATROL_EVERY = 1000;
/** Milliseconds that the process of a commit has to publish it itself. */
const LEFT_OVER_AFTER = 2000;
/** How many orders' last event, and how many events, are remembered as published. */
const REMEMBERED = 20_000;

/**
 * Publishes committed events to whoever listens: at least once, and in order within one order. Normally straight from
 * the memory of the process that has just committed them; from the database when one does not follow on what was
 * published last, and when the process that committed it is gone. Only then it is kept that they were sent, and their place.
 */
@Injectable()
export class Relay implements OnApplicationBootstrap, OnApplicationShutdown {
  /** Published, and known to be. */
  readonly settled = new Subject<readonly EventFact[]>();
  private readonly logger = new Logger(Relay.name);
  private readonly listeners: OutboxListener[] = [];
  /** The last `seq` of each order that was taken up here. */
  private readonly reached = new LRUCache<string, number>({ max: REMEMBERED });
  private readonly takenUp = new LRUCache<string, true>({ max: REMEMBERED });
  /** What is being published, the last of each order: the next one waits for it. */
  private readonly queues = new Map<string, Promise<void>>();
  private unsettled: EventFact[] = [];
  /** Orders whose earlier events are to be fetched first. */
  private gaps = new Map<string, EventFact['orderId']>();
  private settling?: Promise<void>;
  private draining?: Promise<void>;
  private patrol?: NodeJS.Timeout;
  private commits?: Subscription;

  constructor(
    private readonly outbox: OutboxRepository,
    private readonly chores: Chores,
    private readonly clock: Clock,
    private readonly metrics: Metrics,
  ) {}

  listen(listener: OutboxListener): void {
    this.listeners.push(listener);
  }

  onApplicationBootstrap(): void {
    this.metrics.gauge('qc_outbox_lag_seconds', 'Age of the oldest event that is not published', () => this.lag());
    this.commits = this.outbox.committed.subscribe((events) => this.receive(events));
    // what could not be read or written goes on as soon as the database answers
    this.patrol = setInterval(() => this.drain(), PATROL_EVERY).unref();
    this.chores.every(PATROL_EVERY, 'left-over events', () => this.takeOver(LEFT_OVER_AFTER));
    // what this very process left behind when it was killed
    void this.takeOver(0);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.patrol);
    await this.draining;
    await this.work();
    this.commits?.unsubscribe();
  }

  /** Tells those who are connected here what another process has published, and did not reach them. */
  repeat(event: EventFact): void {
    this.enqueue(event, 'here');
  }

  /** Another process has published up to here, and it arrived. */
  noteReached(orderId: string, seq: number): void {
    this.reached.set(orderId, Math.max(seq, this.reached.get(orderId) ?? 0));
  }

  published(eventId: string): boolean {
    return this.takenUp.has(eventId);
  }

  private receive(events: readonly EventFact[]): void {
    for (const event of events) {
      if (this.follows(event)) this.takeUp(event);
      else {
        this.gaps.set(event.orderId.toHexString(), event.orderId);
        this.drain();
      }
    }
  }

  /** Whether it is known here that everything before it was taken up. */
  private follows({ orderId, seq }: EventFact): boolean {
    return seq === undefined || seq === 1 || this.reached.get(orderId.toHexString()) === seq - 1;
  }

  private takeUp(event: EventFact): void {
    const id = event._id.toHexString();
    const order = event.orderId.toHexString();
    if (this.takenUp.has(id)) return;
    this.takenUp.set(id, true);
    if (event.seq !== undefined) this.noteReached(order, event.seq);
    this.enqueue(event, 'everywhere');
  }

  private enqueue(event: EventFact, reach: Reach): void {
    const order = event.orderId.toHexString();
    const turn = (this.queues.get(order) ?? Promise.resolve()).then(() => this.publish(event, reach));
    this.queues.set(order, turn);
    void turn.then(() => {
      if (this.queues.get(order) === turn) this.queues.delete(order);
    });
  }

  private async publish(event: EventFact, reach: Reach): Promise<void> {
    for (const listener of this.listeners) {
      // a listener may fail before there is a promise; neither way may it hold up its order
      try {
        await listener(event, reach);
      } catch (error) {
        this.logger.error(error);
      }
    }
    if (reach === 'here') return;
    this.metrics.eventDelay.observe((this.clock.now().getTime() - event.at.getTime()) / 1000);
    this.unsettled.push(event);
    this.settle();
  }

  /** Keeps what was published: one write at a time, of as many as have gathered meanwhile. Returns at once; never throws. */
  private settle(): void {
    this.settling ??= this.settleAll().finally(() => (this.settling = undefined));
  }

  private async settleAll(): Promise<void> {
    while (this.unsettled.length) {
      const events = this.unsettled.slice(0, BATCH);
      try {
        await this.outbox.settle(events);
        this.unsettled.splice(0, events.length);
        this.settled.next(events);
      } catch (error) {
        this.logger.warn(`events wait for the database: ${String(error)}`);
        return; // the patrol comes by again
      }
    }
  }

  /** Brings to an end what has begun. Returns at once; never throws. */
  private drain(): void {
    this.draining ??= this.work().finally(() => (this.draining = undefined));
  }

  private async work(): Promise<void> {
    try {
      do {
        for (const event of inOrder(await this.behindGaps())) this.takeUp(event);
        await Promise.all(this.queues.values());
        this.settle();
        await this.settling;
      } while (this.gaps.size);
    } catch (error) {
      this.logger.warn(`events wait for the database: ${String(error)}`);
    }
  }

  /** Publishes what was committed so many milliseconds ago and nobody published. Never throws. */
  private async takeOver(age: number): Promise<void> {
    try {
      for (let left = BATCH; left >= BATCH;) {
        const before = age ? new Date(this.clock.now().getTime() - age) : undefined;
        const events = await this.outbox.unsent(BATCH, before);
        for (const event of inOrder(events)) this.takeUp(event);
        await this.work();
        left = this.unsettled.length ? 0 : events.length;
      }
    } catch (error) {
      this.logger.warn(`events wait for the database: ${String(error)}`);
    }
  }

  private async lag(): Promise<number> {
    const [oldest] = await this.outbox.unsent(1);
    return oldest ? Math.max(0, this.clock.now().getTime() - oldest.at.getTime()) / 1000 : 0;
  }

  private async behindGaps(): Promise<EventFact[]> {
    if (!this.gaps.size) return [];
    const gaps = this.gaps;
    this.gaps = new Map();
    try {
      return await this.outbox.unsentOf([...gaps.values()]);
    } catch (error) {
      for (const [id, orderId] of gaps) this.gaps.set(id, orderId);
      throw error;
    }
  }
}

/** Whatever ids and clocks of several processes say: one order's events by their `seq`. */
function inOrder(events: EventFact[]): EventFact[] {
  const byOrder = Map.groupBy(events, ({ orderId }) => orderId.toHexString());
  return [...byOrder.values()].flatMap((own) => own.sort((a, b) => (a.seq ?? Infinity) - (b.seq ?? Infinity) || 0));
}
