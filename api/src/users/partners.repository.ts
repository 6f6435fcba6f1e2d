import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Model, Types } from 'mongoose';
import { BatchedLookUp } from '../platform/mongo/batched-look-up';
import { oid } from '../platform/mongo/object-id';
import { PartnerRecord, type PartnerPositionRecord } from './partner.schema';

@Injectable()
export class PartnersRepository {
  private readonly lookUp = new BatchedLookUp((ids) =>
    this.partners
      .find({ _id: { $in: ids.map(oid) } })
      .lean<PartnerRecord[]>()
      .exec(),
  );

  constructor(@InjectModel(PartnerRecord.name) private readonly partners: Model<PartnerRecord>) {}

  async insert(id: Types.ObjectId, awaitsApproval: boolean, session?: ClientSession): Promise<void> {
    const fresh = {
      _id: id,
      active: true,
      ...(awaitsApproval && { awaitsApproval }),
      available: false,
      activeDeliveries: 0,
      lockedOrderId: null,
      ratingSum: 0,
      ratingCount: 0,
    };
    await this.partners.insertMany([fresh], { session });
  }

  byId(id: string, session?: ClientSession): Promise<PartnerRecord | null> {
    if (!session) return this.lookUp.byId(id);
    return this.partners.findById(oid(id), null, { session }).lean<PartnerRecord>().exec();
  }

  byIds(ids: Types.ObjectId[]): Promise<PartnerRecord[]> {
    return this.lookUp.byIds(ids);
  }

  /** Takes one place of the partner's capacity, and drops whatever lock the partner held. null: no place is free, or the partner may not work. */
  takeSlot(id: Types.ObjectId, capacity: number, session: ClientSession): Promise<PartnerRecord | null> {
    return this.partners
      .findOneAndUpdate(
        { _id: id, active: true, awaitsApproval: { $ne: true }, activeDeliveries: { $lt: capacity } },
        { $inc: { activeDeliveries: 1 }, $set: { lockedOrderId: null } },
        { session, returnDocument: 'before' },
      )
      .lean<PartnerRecord>()
      .exec();
  }

  async freeSlot(id: Types.ObjectId, session: ClientSession): Promise<void> {
    const { matchedCount } = await this.partners.updateOne(
      { _id: id, activeDeliveries: { $gt: 0 } },
      { $inc: { activeDeliveries: -1 } },
      { session },
    );
    if (!matchedCount) throw new Error(`partner ${id.toHexString()} has no slot to free`);
  }

  /** Puts the partner's one lock on `orderId` (null: on nothing) and answers the state before. */
  setLock(id: Types.ObjectId, orderId: Types.ObjectId | null, session: ClientSession): Promise<PartnerRecord | null> {
    return this.partners
      .findOneAndUpdate({ _id: id }, { $set: { lockedOrderId: orderId } }, { session, returnDocument: 'before' })
      .lean<PartnerRecord>()
      .exec();
  }

  /** Forgets a lock that is over, if it is still the one that the partner holds. */
  async clearLock(id: Types.ObjectId, orderId: Types.ObjectId, session: ClientSession): Promise<void> {
    await this.partners.updateOne({ _id: id, lockedOrderId: orderId }, { $set: { lockedOrderId: null } }, { session });
  }

  async setActive(id: string, active: boolean, session: ClientSession): Promise<void> {
    await this.partners.updateOne({ _id: oid(id) }, { $set: { active } }, { session });
  }

  /** Answers the state before. null: there is no such partner. */
  setApproval(id: string, approved: boolean, session: ClientSession): Promise<PartnerRecord | null> {
    const change = approved ? { $unset: { awaitsApproval: 1 } } : { $set: { awaitsApproval: true, available: false } };
    return this.partners
      .findOneAndUpdate({ _id: oid(id) }, change, { session, returnDocument: 'before' })
      .lean<PartnerRecord>()
      .exec();
  }

  /** Answers the state before. null: there is no such partner, or who awaits approval was to be available. */
  setAvailable(id: string, available: boolean, session: ClientSession): Promise<PartnerRecord | null> {
    const filter = { _id: oid(id), ...(available && { awaitsApproval: { $ne: true } }) };
    return this.partners
      .findOneAndUpdate(filter, { $set: { available } }, { session, returnDocument: 'before' })
      .lean<PartnerRecord>()
      .exec();
  }

  /** Keeps the newest position. False: an older point than the one that is kept. */
  async setPosition(id: string, position: PartnerPositionRecord): Promise<boolean> {
    const { matchedCount } = await this.partners.updateOne(
      { _id: oid(id), $or: [{ position: null }, { 'position.at': { $lt: position.at } }] },
      { $set: { position } },
    );
    return matchedCount > 0;
  }

  /** False: there is no such partner. */
  async setPaidOut(id: string, at: Date, session: ClientSession): Promise<boolean> {
    const { matchedCount } = await this.partners.updateOne({ _id: oid(id) }, { $set: { paidOutAt: at } }, { session });
    return matchedCount > 0;
  }

  async addRating(id: Types.ObjectId, score: number, session: ClientSession): Promise<void> {
    await this.partners.updateOne({ _id: id }, { $inc: { ratingSum: score, ratingCount: 1 } }, { session });
  }

  async counts(): Promise<{ online: number; busy: number }> {
    const [online, busy] = await Promise.all([
      this.partners.countDocuments({ available: true }),
      this.partners.countDocuments({ activeDeliveries: { $gt: 0 } }),
    ]);
    return { online, busy };
  }
}
