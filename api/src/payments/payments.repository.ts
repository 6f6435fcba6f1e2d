import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { MinorUnits } from '@qc/contracts';
import type { ClientSession, Model, Types } from 'mongoose';
import { PaymentRecord, type PaymentState } from './payment.schema';

@Injectable()
export class PaymentsRepository {
  constructor(@InjectModel(PaymentRecord.name) private readonly payments: Model<PaymentRecord>) {}

  async insert(payments: readonly PaymentRecord[], session: ClientSession): Promise<void> {
    if (payments.length) await this.payments.insertMany(payments, { session, lean: true });
  }

  byId(orderId: Types.ObjectId, session?: ClientSession): Promise<PaymentRecord | null> {
    return this.payments
      .findById(orderId, null, { session: session ?? null })
      .lean<PaymentRecord>()
      .exec();
  }

  /** From one state to the next, once. False: it was not in `from`. */
  async advance(
    orderId: Types.ObjectId,
    from: PaymentState,
    to: PaymentState,
    { dueAt = null, ...fields }: { dueAt?: Date | null; refund?: MinorUnits },
    session: ClientSession,
  ): Promise<boolean> {
    const { matchedCount } = await this.payments.updateOne(
      { _id: orderId, state: from },
      { $set: { state: to, attempts: 0, dueAt, ...fields } },
      { session },
    );
    return matchedCount > 0;
  }

  /** What the provider has not answered yet and is to be asked again. */
  due(now: Date, limit: number): Promise<PaymentRecord[]> {
    return this.payments
      .find({ dueAt: { $lte: now } })
      .sort({ dueAt: 1 })
      .limit(limit)
      .lean<PaymentRecord[]>()
      .exec();
  }

  /** Puts the next try off; nothing if it has been answered since. */
  async postpone({ _id, state, attempts }: PaymentRecord, dueAt: Date): Promise<void> {
    await this.payments.updateOne({ _id, state, attempts }, { $set: { dueAt }, $inc: { attempts: 1 } });
  }
}
