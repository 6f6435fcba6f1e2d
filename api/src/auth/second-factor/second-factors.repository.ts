import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ClientSession, Model, Types } from 'mongoose';
import { FieldEncryption, type Place } from '../../platform/field-encryption';
import { isDuplicateKey } from '../../platform/mongo/duplicate-key';
import { SecondFactorRecord } from './second-factor.schema';

export interface SecondFactor {
  /** Base32. */
  secret: string;
  confirmed: boolean;
}

export interface Confirmation {
  step: number;
  recoveryCodes: string[];
  at: Date;
}

@Injectable()
export class SecondFactorsRepository {
  constructor(
    @InjectModel(SecondFactorRecord.name) private readonly factors: Model<SecondFactorRecord>,
    private readonly fields: FieldEncryption,
  ) {}

  /** Takes the place of one that was not confirmed. False: one is confirmed, and stays. */
  async propose(id: Types.ObjectId, secret: string): Promise<boolean> {
    const sealed = this.fields.seal(secret, placeOf(id));
    try {
      await this.factors.updateOne(
        { _id: id, confirmedAt: null },
        { $set: { secret: sealed, lastStep: 0, recoveryCodes: [] } },
        { upsert: true },
      );
      return true;
    } catch (error) {
      if (isDuplicateKey(error, '_id')) return false;
      throw error;
    }
  }

  async find(id: Types.ObjectId, session?: ClientSession): Promise<SecondFactor | null> {
    const stored = await this.factors.findById(id, null, { session }).lean<SecondFactorRecord>().exec();
    if (!stored) return null;
    return { secret: this.fields.open<string>(stored.secret, placeOf(id)), confirmed: !!stored.confirmedAt };
  }

  /** False: there is none that waits for it. */
  async confirm(
    id: Types.ObjectId,
    { step, recoveryCodes, at }: Confirmation,
    session: ClientSession,
  ): Promise<boolean> {
    const { matchedCount } = await this.factors.updateOne(
      { _id: id, confirmedAt: null },
      { $set: { confirmedAt: at, lastStep: step, recoveryCodes } },
      { session },
    );
    return matchedCount > 0;
  }

  /** False: a code of this time step, or of a later one, was taken before. */
  async useStep(id: Types.ObjectId, step: number): Promise<boolean> {
    const { modifiedCount } = await this.factors.updateOne(
      { _id: id, confirmedAt: { $ne: null }, lastStep: { $lt: step } },
      { $set: { lastStep: step } },
    );
    return modifiedCount > 0;
  }

  /** False: it is none of those that are left. */
  async useRecoveryCode(id: Types.ObjectId, hash: string): Promise<boolean> {
    const { modifiedCount } = await this.factors.updateOne(
      { _id: id, confirmedAt: { $ne: null }, recoveryCodes: hash },
      { $pull: { recoveryCodes: hash } },
    );
    return modifiedCount > 0;
  }

  async remove(id: Types.ObjectId, session: ClientSession): Promise<void> {
    await this.factors.deleteOne({ _id: id }, { session });
  }
}

function placeOf(id: Types.ObjectId): Place {
  return { collection: 'secondFactors', field: 'secret', id };
}
