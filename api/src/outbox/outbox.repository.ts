import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Model } from 'mongoose';
import { Subject } from 'rxjs';
import { oid } from '../platform/mongo/object-id';
import { Transactions } from '../platform/mongo/transactions';
import { type EventFact, EventRecord, type OrderEventRecord } from './event.schema';

@Injectable()
export class OutboxRepository {
  /** The events of a change that is about to be committed, and may not be: for getting ready, not for telling. */
  readonly announced = new Subject<readonly EventFact[]>();
  /** The events of each change of this process, as soon as it is committed. Who misses one finds it in the database. */
  readonly committed = new Subject<readonly EventFact[]>();

  constructor(
    @InjectModel(EventRecord.name) private readonly events: Model<EventRecord>,
    private readonly transactions: Transactions,
  ) {}

  /** Part of the change's own transaction: there is no change without its events, nor events without their change. */
  async append(events: readonly EventFact[], session: ClientSession): Promise<void> {
    this.announced.next(events);
    await this.events.insertMany(
      events.map(({ subject: _kept, ...event }) => ({ ...event, sent: false })),
      { session, lean: true },
    );
    this.transactions.afterCommit(session, () => this.committed.next(events));
  }

  /** Committed and not yet known to be published: the oldest, and whatever else there is of their orders. */
  async unsent(limit: number): Promise<EventRecord[]> {
    const oldest = await this.events.find({ sent: false }).sort({ _id: 1 }).limit(limit).lean<EventRecord[]>().exec();
    if (oldest.length < limit) return oldest;
    // ids of several processes are not quite in the order of time: no event may be left behind a later one of its order
    return this.events
      .find({ orderId: { $in: oldest.map(({ orderId }) => orderId) }, sent: false })
      .lean<EventRecord[]>()
      .exec();
  }

  /** Keeps that these were published, and the place in commit order of each. */
  async settle(events: readonly Pick<EventRecord, '_id' | 'pos'>[]): Promise<void> {
    await this.events.bulkWrite(
      events.map(({ _id, pos }) => ({ updateOne: { filter: { _id }, update: { $set: { pos, sent: true } } } })),
    );
  }

  async lastPosition(): Promise<number> {
    const last = await this.events
      .findOne({ pos: { $gte: 0 } })
      .sort({ pos: -1 })
      .lean<EventRecord>()
      .exec();
    return last?.pos ?? 0;
  }

  /** One order's events with a greater `seq`, in order. */
  ofOrder(orderId: string, after: number, limit: number): Promise<OrderEventRecord[]> {
    return this.events
      .find({ orderId: oid(orderId), seq: { $gt: after } })
      .sort({ seq: 1 })
      .limit(limit)
      .lean<OrderEventRecord[]>()
      .exec();
  }

  /** Order events beyond a position, in commit order. */
  afterPosition(pos: number, limit: number): Promise<OrderEventRecord[]> {
    return this.events
      .find({ pos: { $gt: pos }, topic: 'order' })
      .sort({ pos: 1 })
      .limit(limit)
      .lean<OrderEventRecord[]>()
      .exec();
  }
}
