import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

/**
 * `capturing` and `refunding` are intents: written with the change that calls for them, carried out at the provider, and
 * again until it has answered.
 */
export type PaymentState = 'capturing' | 'captured' | 'refused' | 'refunding' | 'refunded';

/** The money of one card or wallet order, as it stands with the provider. Minor units. */
@Schema({ collection: 'payments', versionKey: false })
export class PaymentRecord {
  /** The order's id: what the provider knows the charge by, so that asking twice takes once. */
  _id!: Types.ObjectId;
  @Prop({ type: String, required: true }) state!: PaymentState;
  @Prop({ required: true }) amount!: number;
  @Prop({ required: true }) currency!: string;
  /** How much goes back. */
  @Prop({ required: true }) refund!: number;
  /** What a test asked the test provider to do. */
  @Prop() instruction?: string;
  @Prop({ required: true }) attempts!: number;
  @Prop({ required: true }) startedAt!: Date;
  /** When the provider is asked again, unless it has answered by then. */
  @Prop({ type: Date, default: null }) dueAt!: Date | null;
}

export const PaymentSchema = SchemaFactory.createForClass(PaymentRecord);
// what is still to be carried out
PaymentSchema.index({ dueAt: 1 }, { partialFilterExpression: { dueAt: { $type: 'date' } } });
