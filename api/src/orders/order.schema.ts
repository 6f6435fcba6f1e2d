import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { ActorRole, DeliveryAddress, OrderStatus, PaymentMethod, PaymentStatus, Rating } from '@qc/contracts';
import { Types } from 'mongoose';

export interface OrderItemRecord {
  productId: Types.ObjectId;
  name: string;
  imageUrl?: string;
  unitPrice: number;
  quantity: number;
  total: number;
}

export interface HistoryRecord {
  seq: number;
  status: OrderStatus;
  at: Date;
  /** When a phone that was offline really did it. */
  occurredAt?: Date;
  by: { id?: Types.ObjectId; role: ActorRole };
  note?: string;
}

export interface LockRecord {
  partnerId: Types.ObjectId;
  expiresAt: Date;
  renewals: number;
}

/** One order. Amounts in minor units of `currency`. */
@Schema({ collection: 'orders', versionKey: false, minimize: false })
export class OrderRecord {
  _id!: Types.ObjectId;
  @Prop({ required: true, unique: true }) number!: string;
  /** +1 with each change; the `seq` of the event that the change wrote. */
  @Prop({ required: true }) version!: number;
  @Prop({ required: true, type: String }) status!: OrderStatus;
  @Prop({ required: true }) currency!: string;
  @Prop({ type: Types.ObjectId, required: true }) customerId!: Types.ObjectId;
  @Prop({ type: Types.ObjectId, default: null }) partnerId!: Types.ObjectId | null;
  @Prop({ type: Types.ObjectId, required: true }) storeId!: Types.ObjectId;
  @Prop({ type: [Object], required: true }) items!: OrderItemRecord[];
  @Prop({ required: true }) subtotal!: number;
  @Prop({ required: true }) deliveryFee!: number;
  @Prop({ required: true }) tax!: number;
  @Prop({ required: true }) tip!: number;
  @Prop({ required: true }) discount!: number;
  @Prop({ required: true }) total!: number;
  @Prop({ required: true, type: String }) paymentMethod!: PaymentMethod;
  @Prop({ required: true, type: String }) paymentStatus!: PaymentStatus;
  @Prop({ type: Object, required: true }) deliveryAddress!: DeliveryAddress;
  @Prop({ type: Object, default: null }) lock!: LockRecord | null;
  @Prop() note?: string;
  @Prop() distanceMeters?: number;
  @Prop({ required: true }) tripPay!: number;
  @Prop({ type: String, default: null }) reason!: string | null;
  @Prop({ required: true }) placedAt!: Date;
  @Prop({ required: true }) updatedAt!: Date;
  @Prop({ type: Date, default: null }) deliveredAt!: Date | null;
  /** 128 bits at random: whoever has it sees this one delivery. */
  @Prop({ required: true, unique: true }) trackingToken!: string;
  /** Set when the store wants the customer's code at the door. */
  @Prop({ type: String, default: null }) deliveryCode!: string | null;
  @Prop({ type: Object, default: null }) rating!: Rating | null;
  @Prop({ type: [Object], required: true }) history!: HistoryRecord[];
  /** Never stored. On a record that shows an earlier version: how the order stands today. */
  today?: Pick<OrderRecord, 'status' | 'partnerId'>;
}

export const OrderSchema = SchemaFactory.createForClass(OrderRecord);
// a customer's orders; a partner's; all of them: newest first, with or without a status
OrderSchema.index({ customerId: 1, placedAt: -1, _id: -1 });
OrderSchema.index({ partnerId: 1, status: 1, placedAt: -1, _id: -1 });
OrderSchema.index({ placedAt: -1, _id: -1 });
OrderSchema.index({ status: 1, placedAt: -1, _id: -1 });
// a partner's earnings by day
OrderSchema.index({ partnerId: 1, deliveredAt: -1 }, { partialFilterExpression: { status: 'delivered' } });
// locks that are over
OrderSchema.index({ 'lock.expiresAt': 1 }, { partialFilterExpression: { 'lock.expiresAt': { $type: 'date' } } });
