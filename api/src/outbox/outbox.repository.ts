import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type ClientSession, type Model, Types } from 'mongoose';
import { Subject } from 'rxjs';
import { oid } from '../platform/mongo/object-id';
import { Transactions } from '../platform/mongo/transactions';
import { type EventFact, EventPlaces, EventRecord, type OrderEventRecord } from './event.schema';

const PLACES = 'events';

@Injectable()
export class OutboxRepository {
  /** The events of a change that is about to be committed, and may not be: for getting ready, not for telling. */
  readonly announced = new Subject<readonly EventFact[]>();
  /** The events of each change of this process, as soon as it is committed. Who misses one finds it in the database. */
  readonly committed = new Subject<readonly EventFact[]>();

  constructor(
    @InjectModel(EventRecord.name) private readonly events: Model<EventRecord>,
    @InjectModel(EventPlaces.name) private readonly places: Model<EventPlaces>,
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

  /**
   * Committed and not yet known to be published: the oldest, and whatever else there is of their orders.
   * @param before only what is older, by the clock of the process that made it
   */
  async unsent(limit: number, before?: Date): Promise<EventRecord[]> {
    const age = before && { _id: { $lt: Types.ObjectId.createFromTime(before.getTime() / 1000) } };
    const oldest = await this.events
      .find({ sent: false, ...age })
      .sort({ _id: 1 })
      .limit(limit)
      .lean<EventRecord[]>()
      .exec();
    if (oldest.length < limit) return oldest;
    // ids of several processes are not quite in the order of time: no event may be left behind a later one of its order
    return this.unsentOf(oldest.map(({ orderId }) => orderId));
  }

  unsentOf(orderIds: Types.ObjectId[]): Promise<EventRecord[]> {
    return this.events
      .find({ orderId: { $in: orderIds }, sent: false })
      .lean<EventRecord[]>()
      .exec();
  }

  /**
   * Keeps that these were published, and gives each its place. Places are given out under one document, in the transaction
   * that writes them: whoever sees one sees all that are less, whichever process gave them.
   */
  async settle(events: readonly Pick<EventRecord, '_id'>[]): Promise<void> {
    await this.transactions.run(async (session) => {
      const { last } = await this.places
        .findOneAndUpdate(
          { _id: PLACES },
          { $inc: { last: events.length } },
          { session, upsert: true, returnDocument: 'after' },
        )
        .lean<EventPlaces>()
        .orFail()
        .exec();
      const first = last - events.length + 1;
      await this.events.bulkWrite(
        events.map(({ _id }, index) => ({
          updateOne: { filter: { _id }, update: { $set: { pos: first + index, sent: true } } },
        })),
        { session },
      );
    });
  }

  async lastPosition(): Promise<number> {
    return (await this.places.findById(PLACES).lean<EventPlaces>().exec())?.last ?? 0;
  }

  /** Published events beyond a position, in the order of their places. */
  afterPosition(pos: number, limit: number): Promise<EventRecord[]> {
    return this.events
      .find({ pos: { $gt: pos } })
      .sort({ pos: 1 })
      .limit(limit)
      .lean<EventRecord[]>()
      .exec();
  }

  /** Those of them that are of orders. */
  orderEventsAfter(pos: number, limit: number): Promise<OrderEventRecord[]> {
    return this.events
      .find({ pos: { $gt: pos }, topic: 'order' })
      .sort({ pos: 1 })
      .limit(limit)
      .lean<OrderEventRecord[]>()
      .exec();
  }

  /** Takes out of these orders' events every text that somebody wrote. */
  async eraseTexts(orderIds: Types.ObjectId[], session: ClientSession): Promise<void> {
    await this.events.updateMany(
      { orderId: { $in: orderIds }, state: { $exists: true } },
      { $set: { 'state.reason': null }, $unset: { 'state.rating.comment': 1 } },
      { session },
    );
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
}
