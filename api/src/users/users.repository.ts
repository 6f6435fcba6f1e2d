import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Profile, Role, Vehicle } from '@qc/contracts';
import { type ClientSession, type Model, Types } from 'mongoose';
import { BatchedLookUp } from '../platform/mongo/batched-look-up';
import { oid } from '../platform/mongo/object-id';
import { UserRecord } from './user.schema';

/** What others may be shown of a person. */
export type PersonRecord = Pick<UserRecord, '_id' | 'profile' | 'vehicle'>;

@Injectable()
export class UsersRepository {
  private readonly shown = new BatchedLookUp((ids) =>
    this.users
      .find({ _id: { $in: ids.map(oid) } }, { profile: 1, vehicle: 1 })
      .lean<PersonRecord[]>()
      .exec(),
  );

  constructor(@InjectModel(UserRecord.name) private readonly users: Model<UserRecord>) {}

  /** @throws a duplicate key error when the e-mail is taken. */
  async insert(user: UserRecord, session?: ClientSession): Promise<void> {
    await this.users.insertMany([user], { session });
  }

  byEmail(email: string): Promise<UserRecord | null> {
    return this.users.findOne({ email }).lean<UserRecord>().exec();
  }

  byId(id: string): Promise<UserRecord | null> {
    return this.users.findById(oid(id)).lean<UserRecord>().exec();
  }

  people(ids: Types.ObjectId[]): Promise<PersonRecord[]> {
    return this.shown.byIds(ids);
  }

  /** An empty text takes the field away. */
  updateProfile(id: string, profile: Partial<Profile>, vehicle?: Vehicle): Promise<UserRecord | null> {
    const fields = Object.entries(profile).map(([key, value]) => [`profile.${key}`, value] as const);
    const $set = Object.fromEntries(fields.filter(([, value]) => value !== ''));
    const $unset = Object.fromEntries(fields.filter(([, value]) => value === '').map(([key]) => [key, 1]));
    return this.users
      .findByIdAndUpdate(
        oid(id),
        { $set: { ...$set, ...(vehicle ? { vehicle } : {}) }, $unset },
        { returnDocument: 'after' },
      )
      .lean<UserRecord>()
      .exec();
  }

  async setPassword(id: string, passwordHash: string): Promise<void> {
    await this.users.updateOne({ _id: oid(id) }, { $set: { passwordHash } });
  }

  setActive(id: string, active: boolean, session: ClientSession): Promise<UserRecord | null> {
    return this.users
      .findByIdAndUpdate(oid(id), { $set: { active } }, { returnDocument: 'after', session })
      .lean<UserRecord>()
      .exec();
  }

  /** Accounts of one role, newest first, from `before` on. */
  ofRole(role: Role, limit: number, before?: Types.ObjectId): Promise<UserRecord[]> {
    return this.users
      .find({ role, ...(before ? { _id: { $lt: before } } : {}) })
      .sort({ _id: -1 })
      .limit(limit)
      .lean<UserRecord[]>()
      .exec();
  }

  countRole(role: Role): Promise<number> {
    return this.users.countDocuments({ role }).exec();
  }

  async isEmpty(): Promise<boolean> {
    return (await this.users.exists({})) === null;
  }
}
