import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Model, Types } from 'mongoose';
import { isDuplicateKey } from '../../platform/mongo/duplicate-key';
import { type LinkPurpose, OneTimeLinkRecord } from './one-time-link.schema';

/** So many in so many milliseconds: an account's owner is not buried in mail. */
export const LINKS_IN_A_WHILE = { most: 3, while: 3_600_000 };

export interface NewLink {
  userId: Types.ObjectId;
  purpose: LinkPurpose;
  hash: string;
  now: Date;
  expiresAt: Date;
}

@Injectable()
export class OneTimeLinksRepository {
  constructor(@InjectModel(OneTimeLinkRecord.name) private readonly links: Model<OneTimeLinkRecord>) {}

  /** Takes the place of the one before. False: there were as many as are allowed, and nothing is changed. */
  async replace({ userId, purpose, hash, now, expiresAt }: NewLink): Promise<boolean> {
    const { most, while: span } = LINKS_IN_A_WHILE;
    const oldest = `madeAt.${most - 1}`;
    try {
      await this.links.updateOne(
        { userId, purpose, [oldest]: { $not: { $gt: new Date(now.getTime() - span) } } },
        { $set: { hash, expiresAt }, $push: { madeAt: { $each: [now], $position: 0, $slice: most } } },
        { upsert: true },
      );
      return true;
    } catch (error) {
      // there is one, and the condition did not hold; or another one of this very moment was quicker
      if (isDuplicateKey(error, 'userId')) return false;
      throw error;
    }
  }

  /** Whose it is. null: used, replaced, past its time, or there never was one. */
  find(hash: string, purpose: LinkPurpose, now: Date): Promise<OneTimeLinkRecord | null> {
    return this.links
      .findOne({ hash, purpose, expiresAt: { $gt: now } })
      .lean<OneTimeLinkRecord>()
      .exec();
  }

  /** Uses it up. null: as `find`. */
  take(hash: string, purpose: LinkPurpose, now: Date, session: ClientSession): Promise<OneTimeLinkRecord | null> {
    return this.links
      .findOneAndUpdate({ hash, purpose, expiresAt: { $gt: now } }, { $unset: { hash: 1 } }, { session })
      .lean<OneTimeLinkRecord>()
      .exec();
  }

  /** Not even that there were any is left. */
  async removeAllOf(userId: Types.ObjectId, session: ClientSession): Promise<void> {
    await this.links.deleteMany({ userId }, { session });
  }

  async revoke(userId: Types.ObjectId, purpose: LinkPurpose, session?: ClientSession): Promise<void> {
    await this.links.updateOne({ userId, purpose }, { $unset: { hash: 1 } }, { session });
  }
}
