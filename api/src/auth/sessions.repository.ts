import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type ClientSession, isObjectIdOrHexString, type Model, type Types } from 'mongoose';
import { BatchedLookUp } from '../platform/mongo/batched-look-up';
import { oid } from '../platform/mongo/object-id';
import { SessionRecord } from './session.schema';

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

  /** Makes the next generation the live one. null: `generation` is not the live one any more. */
  rotate(id: string, generation: number, now: Date, expiresAt: Date): Promise<SessionRecord | null> {
    return this.sessions
      .findOneAndUpdate(
        { _id: oid(id), generation, expiresAt: { $gt: now } },
        { $set: { rotatedAt: now, expiresAt }, $inc: { generation: 1 } },
        { returnDocument: 'after' },
      )
      .lean<SessionRecord>()
      .exec();
  }

  async end(id: string): Promise<void> {
    await this.sessions.deleteOne({ _id: oid(id) });
  }

  /** Answers the ids of the sessions that ended. `except` lives on. */
  async endAllOf(userId: string, session?: ClientSession, except?: string): Promise<Types.ObjectId[]> {
    const filter = { userId: oid(userId), ...(except ? { _id: { $ne: oid(except) } } : {}) };
    const ending = await this.sessions.find(filter, { _id: 1 }, { session }).lean<SessionRecord[]>().exec();
    await this.sessions.deleteMany(filter, { session });
    return ending.map(({ _id }) => _id);
  }
}
