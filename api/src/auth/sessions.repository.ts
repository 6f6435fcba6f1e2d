import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type ClientSession, isObjectIdOrHexString, type Model, type Types } from 'mongoose';
import { BatchedLookUp } from '../platform/mongo/batched-look-up';
import { oid } from '../platform/mongo/object-id';
import { SessionRecord } from './session.schema';

/** Milliseconds: from each use, and in all. */
export interface Lifetime {
  now: Date;
  ttl: number;
  most: number;
}

/** What a session's owner may recognise it by. */
export type Seen = Pick<SessionRecord, 'device' | 'address'>;

@Injectable()
export class SessionsRepository {
  private readonly live = new BatchedLookUp((ids) =>
    this.sessions
      .find({ _id: { $in: ids.map(oid) } }, { _id: 1 })
      .lean<SessionRecord[]>()
      .exec(),
  );

  constructor(@InjectModel(SessionRecord.name) private readonly sessions: Model<SessionRecord>) {}

  async insert(session: SessionRecord): Promise<void> {
    await this.sessions.insertMany([session]);
  }

  byId(id: string): Promise<SessionRecord | null> {
    return this.sessions.findById(oid(id)).lean<SessionRecord>().exec();
  }

  async isLive(id: string): Promise<boolean> {
    // one bad id would fail all that are looked up with it
    return isObjectIdOrHexString(id) && (await this.live.byId(id)) !== null;
  }

  /** One query, answered from the index. */
  async liveAmong(ids: readonly string[]): Promise<Set<string>> {
    const live = await this.sessions
      .find({ _id: { $in: ids.map(oid) } }, { _id: 1 })
      .lean<SessionRecord[]>()
      .exec();
    return new Set(live.map(({ _id }) => _id.toHexString()));
  }

  /** The last used first, `limit` at the most. */
  listOf(userId: string, now: Date, limit: number): Promise<SessionRecord[]> {
    return this.sessions
      .find({ userId: oid(userId), expiresAt: { $gt: now } })
      .sort({ rotatedAt: -1, _id: -1 })
      .limit(limit)
      .lean<SessionRecord[]>()
      .exec();
  }

  /** Makes the next generation the live one. null: `generation` is not the live one any more, or its time is over. */
  rotate(id: string, generation: number, { now, ttl, most }: Lifetime, seen: Seen): Promise<SessionRecord | null> {
    const end = { $add: [{ $ifNull: ['$startedAt', { $toDate: '$_id' }] }, most] };
    const $set = {
      generation: { $add: ['$generation', 1] },
      rotatedAt: now,
      expiresAt: { $min: [new Date(now.getTime() + ttl), end] },
      ...seen,
    };
    return this.sessions
      .findOneAndUpdate({ _id: oid(id), generation, expiresAt: { $gt: now } }, [{ $set }], {
        returnDocument: 'after',
        updatePipeline: true,
      })
      .lean<SessionRecord>()
      .exec();
  }

  async end(id: string): Promise<void> {
    await this.sessions.deleteOne({ _id: oid(id) });
  }

  /** False: the account has no such session. */
  async endOf(userId: string, id: string): Promise<boolean> {
    const { deletedCount } = await this.sessions.deleteOne({ _id: oid(id), userId: oid(userId) });
    return deletedCount > 0;
  }

  /** Answers the ids of the sessions that ended. `except` lives on. */
  async endAllOf(userId: string, session?: ClientSession, except?: string): Promise<Types.ObjectId[]> {
    const filter = { userId: oid(userId), ...(except ? { _id: { $ne: oid(except) } } : {}) };
    const ending = await this.sessions.find(filter, { _id: 1 }, { session }).lean<SessionRecord[]>().exec();
    await this.sessions.deleteMany(filter, { session });
    return ending.map(({ _id }) => _id);
  }
}
