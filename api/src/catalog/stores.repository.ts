import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Model, Types } from 'mongoose';
import { BatchedLookUp } from '../platform/mongo/batched-look-up';
import { oid } from '../platform/mongo/object-id';
import { StoreRecord } from './store.schema';

@Injectable()
export class StoresRepository {
  private readonly lookUp = new BatchedLookUp((ids) =>
    this.stores
      .find({ _id: { $in: ids.map(oid) } })
      .lean<StoreRecord[]>()
      .exec(),
  );

  constructor(@InjectModel(StoreRecord.name) private readonly stores: Model<StoreRecord>) {}

  async insert(store: StoreRecord, session?: ClientSession): Promise<void> {
    await this.stores.insertMany([store], { session });
  }

  all(): Promise<StoreRecord[]> {
    return this.stores.find().sort({ _id: 1 }).lean<StoreRecord[]>().exec();
  }

  byId(id: Types.ObjectId | string, session?: ClientSession): Promise<StoreRecord | null> {
    if (!session) return this.lookUp.byId(id);
    return this.stores.findById(id, null, { session }).lean<StoreRecord>().exec();
  }

  byIds(ids: Types.ObjectId[]): Promise<StoreRecord[]> {
    return this.lookUp.byIds(ids);
  }

  /** Answers the store as it was. */
  update(id: Types.ObjectId, fields: Record<string, unknown>, session: ClientSession): Promise<StoreRecord | null> {
    return this.stores
      .findByIdAndUpdate(id, { $set: fields }, { session, returnDocument: 'before' })
      .lean<StoreRecord>()
      .exec();
  }
}
