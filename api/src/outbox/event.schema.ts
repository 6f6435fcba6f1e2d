import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { OrderEventType, OrderStatus, PaymentStatus, Rating } from '@qc/contracts';
import { Types } from 'mongoose';

/** What of an order differs from one version to the next. Ids only: a person's data is looked up when it is read. */
export interface OrderState {
  status: OrderStatus;
  partnerId: Types.ObjectId | null;
  paymentStatus: PaymentStatus;
  reason: string | null;
  deliveredAt: Date | null;
  rating: Rating | null;
}

/** One committed fact. Written in the transaction of the change, published by the relay, kept for those who come back. */
@Schema({ collection: 'events', versionKey: false })
export class EventRecord {
  _id!: Types.ObjectId;
  @Prop({ required: true }) topic!: 'order' | 'lock';
  @Prop({ type: Types.ObjectId, required: true }) orderId!: Types.ObjectId;
  @Prop({ required: true }) at!: Date;
  /** `order` events: the order's version. */
  @Prop() seq?: number;
  @Prop({ required: true, type: String }) type!: OrderEventType | 'locked' | 'unlocked';
  @Prop({ type: Object }) state?: OrderState;
  /** The partner who had the order before this change. */
  @Prop({ type: Types.ObjectId }) previousPartnerId?: Types.ObjectId;
  /** `locked`: until when. */
  @Prop() expiresAt?: Date;
  /** Place among all published events, given once it is published: a reader who comes back asks for what is beyond. */
  @Prop() pos?: number;
  /** Published to every listener at least once. */
  @Prop({ required: true }) sent!: boolean;
}

/** The last place that was given out, in the order of commits. */
@Schema({ collection: 'event_places', versionKey: false })
export class EventPlaces {
  @Prop({ type: String }) _id!: string;
  @Prop({ required: true }) last!: number;
}

export const EventPlacesSchema = SchemaFactory.createForClass(EventPlaces);

/** A fact as it is told. `subject`: what the change left in memory, for a listener of the same process; never stored. */
export type EventFact = Omit<EventRecord, 'sent'> & { subject?: object };

export type OrderEventRecord = EventFact & { topic: 'order'; type: OrderEventType; seq: number; state: OrderState };

export function isOrderEvent(event: EventFact): event is OrderEventRecord {
  return event.topic === 'order';
}

export const EventSchema = SchemaFactory.createForClass(EventRecord);
// an order's events, without a gap and without a double
EventSchema.index({ orderId: 1, seq: 1 }, { unique: true, partialFilterExpression: { seq: { $exists: true } } });
// the relay: what is not yet published, oldest first
EventSchema.index({ sent: 1, _id: 1 }, { partialFilterExpression: { sent: false } });
// the admin room's replay
EventSchema.index({ pos: 1 }, { unique: true, partialFilterExpression: { pos: { $gte: 0 } } });
