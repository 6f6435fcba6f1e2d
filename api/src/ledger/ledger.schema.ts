import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import type { PostingKind, PostingLine } from './domain/postings';

/** One entry of the books, written in the transaction of what it is about and never changed. */
@Schema({ collection: 'ledger', versionKey: false })
export class LedgerRecord {
  _id!: Types.ObjectId;
  /** Of a payout there is none. */
  @Prop({ type: Types.ObjectId }) orderId?: Types.ObjectId;
  @Prop({ type: String, required: true }) kind!: PostingKind;
  @Prop({ required: true }) currency!: string;
  @Prop({ type: [Object], required: true }) lines!: PostingLine[];
  @Prop({ required: true }) at!: Date;
}

export const LedgerSchema = SchemaFactory.createForClass(LedgerRecord);
// an order is charged, paid, earned and given back once each, however often somebody asks
LedgerSchema.index({ orderId: 1, kind: 1 }, { unique: true, partialFilterExpression: { orderId: { $exists: true } } });
// the balance of an account
LedgerSchema.index({ 'lines.account': 1, currency: 1 });
