import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, PipelineStage } from 'mongoose';
import { isDuplicateKey } from './duplicate-key';
import { Lease } from './lease.schema';

/**
 * Says which one of several processes does what only one should do at a time. A lease saves work, it guards nothing: a
 * holder that was asleep may believe in it a moment too long, so that what is done under it must also be right twice.
 */
@Injectable()
export class Leases {
  private readonly holder = randomUUID();

  constructor(@InjectModel(Lease.name) private readonly leases: Model<Lease>) {}

  /** True: it is this process's for so many seconds from now, by the database's clock; taken, or made longer. */
  async take(name: string, seconds: number): Promise<boolean> {
    const until = [{ $set: { holder: this.holder, until: { $add: ['$$NOW', seconds * 1000] } } }];
    const mayHave = { $or: [{ $eq: ['$holder', this.holder] }, { $lt: ['$until', '$$NOW'] }] };
    const { matchedCount } = await this.leases.updateOne({ _id: name, $expr: mayHave }, until, {
      updatePipeline: true,
    });
    return matchedCount > 0 || this.begin(name, until);
  }

  /** Gives it back at once, when it is this process's. */
  async release(name: string): Promise<void> {
    await this.leases.deleteOne({ _id: name, holder: this.holder });
  }

  /** The first time of all: nobody has ever had it. */
  private async begin(name: string, until: PipelineStage.Set[]): Promise<boolean> {
    try {
      const never = { _id: name, holder: { $exists: false } };
      const { upsertedCount } = await this.leases.updateOne(never, until, { upsert: true, updatePipeline: true });
      return upsertedCount > 0;
    } catch (error) {
      if (isDuplicateKey(error, '_id')) return false;
      throw error;
    }
  }
}
