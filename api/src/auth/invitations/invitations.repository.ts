import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Model, Types } from 'mongoose';
import { oid } from '../../platform/mongo/object-id';
import { InvitationRecord } from './invitation.schema';

@Injectable()
export class InvitationsRepository {
  constructor(@InjectModel(InvitationRecord.name) private readonly invitations: Model<InvitationRecord>) {}

  /** Takes the place of an earlier one for the same address: the link of that is good no longer. */
  async replace(
    { email, ...invitation }: Omit<InvitationRecord, '_id'>,
    session: ClientSession,
  ): Promise<InvitationRecord> {
    const replaced = await this.invitations
      .findOneAndUpdate({ email }, { $set: invitation }, { upsert: true, returnDocument: 'after', session })
      .lean<InvitationRecord>()
      .exec();
    return replaced;
  }

  /** Those that are still good, newest first, from `before` on. */
  open(now: Date, limit: number, before?: Types.ObjectId): Promise<InvitationRecord[]> {
    return this.invitations
      .find({ expiresAt: { $gt: now }, ...(before ? { _id: { $lt: before } } : {}) })
      .sort({ _id: -1 })
      .limit(limit)
      .lean<InvitationRecord[]>()
      .exec();
  }

  /** null: used, replaced, taken back, past its time, or there never was one. */
  find(hash: string, now: Date): Promise<InvitationRecord | null> {
    return this.invitations
      .findOne({ hash, expiresAt: { $gt: now } })
      .lean<InvitationRecord>()
      .exec();
  }

  /** Uses it up, address and all. null: as `find`. */
  take(hash: string, now: Date, session: ClientSession): Promise<InvitationRecord | null> {
    return this.invitations
      .findOneAndDelete({ hash, expiresAt: { $gt: now } }, { session })
      .lean<InvitationRecord>()
      .exec();
  }

  async removeFor(email: string, session: ClientSession): Promise<void> {
    await this.invitations.deleteOne({ email }, { session });
  }

  /** False: there is none that could be taken back. */
  async remove(id: string, now: Date, session: ClientSession): Promise<boolean> {
    const { deletedCount } = await this.invitations.deleteOne({ _id: oid(id), expiresAt: { $gt: now } }, { session });
    return deletedCount > 0;
  }
}
