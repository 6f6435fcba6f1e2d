import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

/** Where a partner was last seen. */
export interface PartnerPositionRecord {
  lat: number;
  lng: number;
  heading?: number;
  at: Date;
}

/** A partner's state at work. Apart from the account, because it is written with every delivery. */
@Schema({ collection: 'partners', versionKey: false })
export class PartnerRecord {
  /** The user's id. */
  _id!: Types.ObjectId;
  /** False from the deactivation of the account on: no work goes there. */
  @Prop({ required: true }) active!: boolean;
  /** True until an admin approves: no work goes there. */
  @Prop() awaitsApproval?: boolean;
  @Prop({ required: true }) available!: boolean;
  /** Orders in `assigned`…`in_transit`: the guard of the capacity. */
  @Prop({ required: true }) activeDeliveries!: number;
  /** The one order that the partner holds while deciding. */
  @Prop({ type: Types.ObjectId, default: null }) lockedOrderId!: Types.ObjectId | null;
  @Prop() paidOutAt?: Date;
  @Prop({ type: Object }) position?: PartnerPositionRecord;
  @Prop({ required: true, default: 0 }) ratingSum!: number;
  @Prop({ required: true, default: 0 }) ratingCount!: number;
}

export const PartnerSchema = SchemaFactory.createForClass(PartnerRecord);
// who is at work: live counts
PartnerSchema.index({ available: 1, activeDeliveries: 1 });
