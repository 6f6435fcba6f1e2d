import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Profile, Role, Vehicle } from '@qc/contracts';
import { type ClientSession, type Model, Types } from 'mongoose';
import { FieldEncryption } from '../platform/field-encryption';
import { BatchedLookUp } from '../platform/mongo/batched-look-up';
import { oid } from '../platform/mongo/object-id';
import { openUser, sealPhone, sealUser, type StoredUser } from './user-sealing';
import { UserRecord } from './user.schema';

/** What others may be shown of a person. */
export type PersonRecord = Pick<UserRecord, '_id' | 'profile' | 'vehicle'>;

@Injectable()
export class UsersRepository {
  private readonly shown = new BatchedLookUp(async (ids) => {
    const stored = await this.users
      .find({ _id: { $in: ids.map(oid) } }, { profile: 1, vehicle: 1 })
      .lean<StoredUser[]>()
      .exec();
    return stored.map((person) => openUser<PersonRecord>(this.fields, person));
  });

  constructor(
    @InjectModel(UserRecord.name) private readonly users: Model<StoredUser>,
    private readonly fields: FieldEncryption,
  ) {}

  /** @throws a duplicate key error when the e-mail is taken. */
  async insert(user: UserRecord, session?: ClientSession): Promise<void> {
    await this.users.insertMany([sealUser(this.fields, user)], { session, lean: true });
  }

  byEmail(email: string): Promise<UserRecord | null> {
    return this.one(this.users.findOne({ email }).lean<StoredUser>());
  }

  byId(id: string): Promise<UserRecord | null> {
    return this.one(this.users.findById(oid(id)).lean<StoredUser>());
  }

  people(ids: Types.ObjectId[]): Promise<PersonRecord[]> {
    return this.shown.byIds(ids);
  }

  /** An empty text takes the field away. */
  updateProfile(id: string, { phone, ...profile }: Partial<Profile>, vehicle?: Vehicle): Promise<UserRecord | null> {
    const stored = {
      ...profile,
      ...(phone !== undefined && { phone: phone && sealPhone(this.fields, id, phone) }),
    };
    const fields = Object.entries(stored).map(([key, value]) => [`profile.${key}`, value] as const);
    const $set = Object.fromEntries(fields.filter(([, value]) => value !== ''));
    const $unset = Object.fromEntries(fields.filter(([, value]) => value === '').map(([key]) => [key, 1]));
    return this.one(
      this.users
        .findByIdAndUpdate(
          oid(id),
          { $set: { ...$set, ...(vehicle ? { vehicle } : {}) }, $unset },
          { returnDocument: 'after' },
        )
        .lean<StoredUser>(),
    );
  }

  async setPassword(id: string, passwordHash: string): Promise<void> {
    await this.users.updateOne({ _id: oid(id) }, { $set: { passwordHash } });
  }

  /** False: there is no such account, or it is deactivated. */
  async resetPassword(id: Types.ObjectId, passwordHash: string, session: ClientSession): Promise<boolean> {
    const { matchedCount } = await this.users.updateOne(
      { _id: id, active: true },
      { $set: { passwordHash } },
      { session },
    );
    return matchedCount > 0;
  }

  async setSecondFactor(id: Types.ObjectId, on: boolean, session: ClientSession): Promise<void> {
    const change = on ? { $set: { secondFactor: true } } : { $unset: { secondFactor: 1 } };
    await this.users.updateOne({ _id: id }, change, { session });
  }

  async isEmailConfirmed(id: string): Promise<boolean> {
    return (await this.users.exists({ _id: oid(id), emailVerifiedAt: { $ne: null } })) !== null;
  }

  /** False: it was confirmed before. */
  async confirmEmail(id: Types.ObjectId, at: Date, session: ClientSession): Promise<boolean> {
    const { modifiedCount } = await this.users.updateOne(
      { _id: id, emailVerifiedAt: null },
      { $set: { emailVerifiedAt: at } },
      { session },
    );
    return modifiedCount > 0;
  }

  /** The same password under another hash. False: it was changed meanwhile. */
  async rehash(id: string, from: string, to: string): Promise<boolean> {
    const { modifiedCount } = await this.users.updateOne(
      { _id: oid(id), passwordHash: from },
      { $set: { passwordHash: to } },
    );
    return modifiedCount > 0;
  }

  setActive(id: string, active: boolean, session: ClientSession): Promise<UserRecord | null> {
    return this.one(
      this.users
        .findByIdAndUpdate(oid(id), { $set: { active } }, { returnDocument: 'after', session })
        .lean<StoredUser>(),
    );
  }

  /** Accounts of one role, newest first, from `before` on. */
  async ofRole(role: Role, limit: number, before?: Types.ObjectId): Promise<UserRecord[]> {
    const stored = await this.users
      .find({ role, ...(before ? { _id: { $lt: before } } : {}) })
      .sort({ _id: -1 })
      .limit(limit)
      .lean<StoredUser[]>()
      .exec();
    return stored.map((user) => openUser<UserRecord>(this.fields, user));
  }

  countRole(role: Role): Promise<number> {
    return this.users.countDocuments({ role }).exec();
  }

  async isEmpty(): Promise<boolean> {
    return (await this.users.exists({})) === null;
  }

  private async one(found: PromiseLike<StoredUser | null>): Promise<UserRecord | null> {
    const stored = await found;
    return stored && openUser<UserRecord>(this.fields, stored);
  }
}
