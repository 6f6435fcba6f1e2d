import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Model, Types } from 'mongoose';
import { oid } from '../platform/mongo/object-id';
import { StoreRecord } from './store.schema';

@Injectable()
export class StoresRepository {
  constructor(@InjectModel(StoreRecord.name) private readonly stores: Model<StoreRecord>) {}

  async insert(store: StoreRecord, session?: ClientSession): Promise<void> {
    await this.stores.insertMany([store], { session });
  }

  all(): Promise<StoreRecord[]> {
    return this.stores.find().sort({ _id: 1 }).lean<StoreRecord[]>().exec();
  }

  byId(id: Types.ObjectId | string, session?: ClientSession): Promise<StoreRecord | null> {
    const _id = typeof id === 'string' ? oid(id) : id;
    return this.stores.findById(_id, null, { session }).lean<StoreRecord>().exec();
  }

  byIds(ids: Types.ObjectId[]): Promise<StoreRecord[]> {
    return this.stores
      .find({ _id: { $in: ids } })
      .lean<StoreRecord[]>()
      .exec();
  }

  update(id: Types.ObjectId, fields: Record<string, unknown>): Promise<StoreRecord | null> {
    return this.stores.findByIdAndUpdate(id, { $set: fields }, { returnDocument: 'after' }).lean<StoreRecord>().exec();
  }
}
