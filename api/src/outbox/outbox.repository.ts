import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Model } from 'mongoose';
import { oid } from '../platform/mongo/object-id';
import { EventRecord, type OrderEventRecord } from './event.schema';

export type NewEvent = Omit<EventRecord, 'pos' | 'sent'>;

@Injectable()
export class OutboxRepository {
  constructor(@InjectModel(EventRecord.name) private readonly events: Model<EventRecord>) {}

  /** Part of the change's own transaction: there is no change without its events, nor events without their change. */
  async append(events: NewEvent[], session: ClientSession): Promise<void> {
    await this.events.insertMany(
      events.map((event) => ({ ...event, sent: false })),
      { session },
    );
  }

  oldestUnsent(limit: number): Promise<EventRecord[]> {
    return this.events.find({ sent: false }).sort({ _id: 1 }).limit(limit).lean<EventRecord[]>().exec();
  }

  async setPositions(events: readonly EventRecord[]): Promise<void> {
    await this.events.bulkWrite(
      events.map(({ _id, pos }) => ({ updateOne: { filter: { _id }, update: { $set: { pos } } } })),
    );
  }

  async markSent(events: readonly EventRecord[]): Promise<void> {
    await this.events.updateMany({ _id: { $in: events.map((event) => event._id) } }, { $set: { sent: true } });
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

  /** Published order events beyond a position, in commit order. */
  afterPosition(pos: number, limit: number): Promise<OrderEventRecord[]> {
    return this.events
      .find({ pos: { $gt: pos }, topic: 'order' })
      .sort({ pos: 1 })
      .limit(limit)
      .lean<OrderEventRecord[]>()
      .exec();
  }
}
