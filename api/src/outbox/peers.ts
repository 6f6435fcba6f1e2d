import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Subscription } from 'rxjs';
import { Redis } from '../platform/redis/redis';
import type { EventFact } from './event.schema';
import { OutboxRepository } from './outbox.repository';
import { Relay } from './relay';

const CHANNEL = 'qc:published';
const BATCH = 500;
/** Milliseconds. What did not arrive is told here after two of them at most. */
const LOOK_EVERY = 500;
const REMEMBERED = 20_000;

/** One published event, as the processes tell it each other: its id, its order, its `seq`. */
type Note = readonly [id: string, orderId: string, seq?: number];

/**
 * Sees to it that whoever is connected here hears what other processes publish, whatever becomes of Redis. They publish
 * through it, and then name what they have published; what stands published in the database and was named to nobody here
 * did not arrive, and is told here from there.
 */
@Injectable()
export class Peers implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Peers.name);
  /** What went out, and how often the way had been broken before. */
  private readonly gone = new LRUCache<string, number>({ max: REMEMBERED });
  private readonly arrived = new LRUCache<string, true>({ max: REMEMBERED });
  private broken = 0;
  /** Looks since the way was last broken. */
  private heldFor = 0;
  /** Everything up to here is known here. */
  private known = 0;
  /** The last place at the last look: what came since may still be on its way. */
  private last = 0;
  private timer?: NodeJS.Timeout;
  private looking?: Promise<void>;
  private settled?: Subscription;

  constructor(
    private readonly redis: Redis,
    private readonly outbox: OutboxRepository,
    private readonly relay: Relay,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { subscriber } = this.redis;
    if (!subscriber) return;
    this.relay.listen((event) => this.noteGone(event));
    this.settled = this.relay.settled.subscribe((events) => this.name(events));
    subscriber.on('message', (channel, message) => {
      if (channel === CHANNEL) this.hear(JSON.parse(message) as Note[]);
    });
    void subscriber.subscribe(CHANNEL).catch(() => undefined);
    this.known = this.last = await this.outbox.lastPosition();
    this.timer = setInterval(() => this.look(), LOOK_EVERY).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.settled?.unsubscribe();
    await this.looking;
  }

  private noteGone({ _id }: EventFact): Promise<void> {
    this.gone.set(_id.toHexString(), this.redis.broken);
    return Promise.resolve();
  }

  /** Names only what went out over a way that has held since. */
  private name(events: readonly EventFact[]): void {
    if (this.redis.state !== 'ok') return;
    const notes = events
      .filter(({ _id }) => this.gone.get(_id.toHexString()) === this.redis.broken)
      .map(({ _id, orderId, seq }): Note => [_id.toHexString(), orderId.toHexString(), seq]);
    void this.redis.publisher!.publish(CHANNEL, JSON.stringify(notes)).catch(() => undefined);
  }

  private hear(notes: readonly Note[]): void {
    for (const [id, orderId, seq] of notes) {
      this.arrived.set(id, true);
      if (typeof seq === 'number') this.relay.noteReached(orderId, seq);
    }
  }

  private look(): void {
    this.looking ??= this.fetch()
      .catch((error: unknown) => this.logger.warn(`what other processes do waits for the database: ${String(error)}`))
      .finally(() => (this.looking = undefined));
  }

  private async fetch(): Promise<void> {
    const held = this.hasHeld();
    const last = await this.outbox.lastPosition();
    // while the way holds, a name may be a moment behind its place
    const upTo = held ? this.last : last;
    while (this.known < upTo) {
      const events = await this.outbox.afterPosition(this.known, BATCH);
      for (const event of events) {
        if (event.pos! > upTo) break;
        if (!this.isKnown(event, held)) this.relay.repeat(event);
      }
      this.known = Math.min(events.at(-1)?.pos ?? upTo, upTo);
    }
    this.last = last;
  }

  /** What was named on a way that had only just come back may have gone out before. */
  private hasHeld(): boolean {
    const whole = this.redis.state === 'ok' && this.redis.broken === this.broken;
    this.broken = this.redis.broken;
    this.heldFor = whole ? this.heldFor + 1 : 0;
    return this.heldFor > 2;
  }

  private isKnown({ _id }: EventFact, held: boolean): boolean {
    const id = _id.toHexString();
    return this.relay.published(id) || (held && this.arrived.has(id));
  }
}
