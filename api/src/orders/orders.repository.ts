import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { ACTIVE_STATUSES, CLOSED_STATUSES, type DeliveryAddress, type OrderStatus, type Page } from '@qc/contracts';
import type { ClientSession, Model, Types } from 'mongoose';
import { FieldEncryption } from '../platform/field-encryption';
import { afterCursor, type ListOrder, toPage } from '../platform/mongo/cursor';
import { oid } from '../platform/mongo/object-id';
import type { UnderWay } from './domain/driven';
import { openOrder, sealOrder, type StoredOrder } from './order-sealing';
import { type HistoryRecord, OrderRecord } from './order.schema';

/** Nobody delivers more in the span of one answer. */
const MOST_TRIPS = 2000;

/** Where an order went whose customer is gone. */
const ERASED_ADDRESS: DeliveryAddress = { street: 'Deleted' };

export interface OrderFilter {
  customerId?: string;
  partnerId?: string;
  status?: OrderStatus[];
  from?: Date;
  to?: Date;
  /** The beginning of an order's number. */
  number?: string;
  limit: number;
  cursor?: string;
}

export interface OrderChange {
  set: Partial<Omit<OrderRecord, 'deliveryAddress'>>;
  /** A move of the status is kept in the history; any other change is not. */
  entry?: Omit<HistoryRecord, 'seq'>;
  at: Date;
}

@Injectable()
export class OrdersRepository {
  constructor(
    @InjectModel(OrderRecord.name) private readonly orders: Model<StoredOrder>,
    private readonly fields: FieldEncryption,
  ) {}

  /** @throws a duplicate key error when a number is taken. */
  async insert(orders: readonly OrderRecord[], session: ClientSession): Promise<void> {
    await this.orders.insertMany(
      orders.map((order) => sealOrder(this.fields, order)),
      { session, lean: true },
    );
  }

  byId(id: string | Types.ObjectId, session?: ClientSession): Promise<OrderRecord | null> {
    const _id = typeof id === 'string' ? oid(id) : id;
    return this.one(this.orders.findById(_id, null, { session }).lean<StoredOrder>());
  }

  byIds(ids: Types.ObjectId[]): Promise<OrderRecord[]> {
    return this.many(this.orders.find({ _id: { $in: ids } }).lean<StoredOrder[]>());
  }

  byTrackingToken(trackingToken: string): Promise<OrderRecord | null> {
    return this.one(this.orders.findOne({ trackingToken }).lean<StoredOrder>());
  }

  /** Newest first. */
  async page({ limit, cursor, ...filter }: OrderFilter): Promise<Page<OrderRecord>> {
    const found = await this.many(
      this.orders
        .find({ $and: [matching(filter), afterCursor(cursor, byPlacing(-1))] })
        .sort({ placedAt: -1, _id: -1 })
        .limit(limit + 1)
        .lean<StoredOrder[]>(),
    );
    return toPage(found, limit, placedKey);
  }

  /** What these partners carry or go to fetch. */
  underWayWith(partnerIds: Types.ObjectId[]): Promise<UnderWay[]> {
    return this.orders
      .find(
        { partnerId: { $in: partnerIds }, status: { $in: ACTIVE_STATUSES } },
        { status: 1, partnerId: 1, placedAt: 1 },
      )
      .lean<UnderWay[]>()
      .exec();
  }

  /** A partner's deliveries from `from` on, before `to`, newest first. */
  deliveredBy(partnerId: string, from: Date, to: Date): Promise<OrderRecord[]> {
    return this.many(
      this.orders
        .find({ partnerId: oid(partnerId), status: 'delivered', deliveredAt: { $gte: from, $lt: to } })
        .sort({ deliveredAt: -1 })
        .limit(MOST_TRIPS)
        .lean<StoredOrder[]>(),
    );
  }

  /** What waits for a partner, oldest first. */
  async unassigned(limit: number, cursor?: string): Promise<Page<OrderRecord>> {
    const found = await this.many(
      this.orders
        .find({ status: 'ready', ...afterCursor(cursor, byPlacing(1)) })
        .sort({ placedAt: 1, _id: 1 })
        .limit(limit + 1)
        .lean<StoredOrder[]>(),
    );
    return toPage(found, limit, placedKey);
  }

  /** Gives a ready order to one partner. null: no longer ready, or another partner's lock still holds at `now`. */
  claim(
    id: string,
    partnerId: Types.ObjectId,
    entry: Omit<HistoryRecord, 'seq'>,
    session: ClientSession,
  ): Promise<OrderRecord | null> {
    const free = [{ lock: null }, { 'lock.partnerId': partnerId }, { 'lock.expiresAt': { $lte: entry.at } }];
    const change = { set: { status: 'assigned' as const, partnerId, lock: null }, entry, at: entry.at };
    return this.change({ _id: oid(id), status: 'ready', $or: free }, change, session);
  }

  /** As `claim`, over anybody's lock. null: no longer ready. */
  override(
    id: string,
    partnerId: Types.ObjectId,
    entry: Omit<HistoryRecord, 'seq'>,
    session: ClientSession,
  ): Promise<OrderRecord | null> {
    const change = { set: { status: 'assigned' as const, partnerId, lock: null }, entry, at: entry.at };
    return this.change({ _id: oid(id), status: 'ready' }, change, session);
  }

  /** Changes the order as it was read. null: it has changed since. */
  changeFrom(order: OrderRecord, change: OrderChange, session: ClientSession): Promise<OrderRecord | null> {
    return this.change({ _id: order._id, version: order.version, status: order.status }, change, session);
  }

  /** Locks a ready order that nobody holds at `now`. null: did not apply. A lock never changes the version. */
  lock(
    id: string,
    partnerId: Types.ObjectId,
    now: Date,
    expiresAt: Date,
    session: ClientSession,
  ): Promise<OrderRecord | null> {
    return this.one(
      this.orders
        .findOneAndUpdate(
          { _id: oid(id), status: 'ready', $or: [{ lock: null }, { 'lock.expiresAt': { $lte: now } }] },
          { $set: { lock: { partnerId, expiresAt, renewals: 0 } } },
          { session, returnDocument: 'after' },
        )
        .lean<StoredOrder>(),
    );
  }

  /** Prolongs the partner's own living lock. null: did not apply. */
  renewLock(
    id: string,
    partnerId: Types.ObjectId,
    now: Date,
    expiresAt: Date,
    session: ClientSession,
    most: number,
  ): Promise<OrderRecord | null> {
    return this.one(
      this.orders
        .findOneAndUpdate(
          {
            _id: oid(id),
            status: 'ready',
            'lock.partnerId': partnerId,
            'lock.expiresAt': { $gt: now },
            'lock.renewals': { $lt: most },
          },
          { $set: { 'lock.expiresAt': expiresAt }, $inc: { 'lock.renewals': 1 } },
          { session, returnDocument: 'after' },
        )
        .lean<StoredOrder>(),
    );
  }

  /** Ends the partner's lock, living or over. False: the partner holds none here. */
  async unlock(id: Types.ObjectId, partnerId: Types.ObjectId, session: ClientSession): Promise<boolean> {
    const { matchedCount } = await this.orders.updateOne(
      { _id: id, 'lock.partnerId': partnerId },
      { $set: { lock: null } },
      { session },
    );
    return matchedCount > 0;
  }

  /** Ends a lock that is over at `now`. False: there is none, or it was renewed. */
  async expireLock(id: Types.ObjectId, now: Date, session: ClientSession): Promise<boolean> {
    const { matchedCount } = await this.orders.updateOne(
      { _id: id, 'lock.expiresAt': { $lte: now } },
      { $set: { lock: null } },
      { session },
    );
    return matchedCount > 0;
  }

  withExpiredLocks(now: Date, limit: number): Promise<OrderRecord[]> {
    return this.many(
      this.orders
        .find({ 'lock.expiresAt': { $lte: now } })
        .limit(limit)
        .lean<StoredOrder[]>(),
    );
  }

  async hasOpen(customerId: string, session: ClientSession): Promise<boolean> {
    const open = { customerId: oid(customerId), status: { $nin: CLOSED_STATUSES } };
    return (await this.orders.exists(open).session(session)) !== null;
  }

  /**
   * Takes out of a customer's orders what tells of the person: the address, and every text that somebody wrote, for any of
   * them may name the customer. Answers the ids of the orders. No new version: nothing moved.
   */
  async erasePerson(customerId: string, session: ClientSession): Promise<Types.ObjectId[]> {
    const own = { customerId: oid(customerId) };
    const withoutNote = { $map: { input: '$history', in: { $unsetField: { field: 'note', input: '$$this' } } } };
    const score = { $cond: [{ $eq: ['$rating', null] }, null, { score: '$rating.score' }] };
    const texts = { note: '$$REMOVE', reason: null, deliveryCode: null, rating: score, history: withoutNote };
    const set = { deliveryAddress: { $literal: ERASED_ADDRESS }, ...texts };
    await this.orders.updateMany(own, [{ $set: set }], { session, updatePipeline: true });
    const orders = await this.orders.find(own, { _id: 1 }, { session }).lean<Pick<OrderRecord, '_id'>[]>().exec();
    return orders.map(({ _id }) => _id);
  }

  private async one(found: PromiseLike<StoredOrder | null>): Promise<OrderRecord | null> {
    const stored = await found;
    return stored && openOrder(this.fields, stored);
  }

  private async many(found: PromiseLike<StoredOrder[]>): Promise<OrderRecord[]> {
    return (await found).map((stored) => openOrder(this.fields, stored));
  }

  /** One conditional write: fields, version and history move together. Values are literal: a text may begin with `$`. */
  private change(filter: object, { set, entry, at }: OrderChange, session: ClientSession): Promise<OrderRecord | null> {
    const next = { $add: ['$version', 1] };
    const fields = Object.fromEntries(Object.entries(set).map(([name, value]) => [name, { $literal: value }]));
    const history = entry && { $concatArrays: ['$history', [{ $mergeObjects: [{ seq: next }, { $literal: entry }] }]] };
    return this.one(
      this.orders
        .findOneAndUpdate(
          filter,
          [{ $set: { ...fields, version: next, updatedAt: at, ...(history && { history }) } }],
          {
            session,
            returnDocument: 'after',
            updatePipeline: true,
          },
        )
        .lean<StoredOrder>(),
    );
  }
}

function byPlacing(direction: 1 | -1): ListOrder {
  return { field: 'placedAt', direction, kind: 'moment' };
}

function placedKey(last: OrderRecord): { value: Date; id: Types.ObjectId } {
  return { value: last.placedAt, id: last._id };
}

function matching({ customerId, partnerId, status, from, to, number }: Omit<OrderFilter, 'limit' | 'cursor'>): object {
  const placedAt = { ...(from && { $gte: from }), ...(to && { $lt: to }) };
  return {
    ...(customerId && { customerId: oid(customerId) }),
    ...(partnerId && { partnerId: oid(partnerId) }),
    ...(status && { status: { $in: status } }),
    ...(Object.keys(placedAt).length && { placedAt }),
    ...(number && { number: { $regex: `^${number}` } }),
  };
}
