import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { LatLng, StoreSettings } from '@qc/contracts';
import { Types } from 'mongoose';

@Schema({ collection: 'stores', versionKey: false })
export class StoreRecord {
  _id!: Types.ObjectId;
  @Prop({ required: true }) name!: string;
  @Prop({ type: Object, required: true }) location!: LatLng;
  @Prop({ required: true }) address!: string;
  /** IANA name. */
  @Prop({ required: true }) timeZone!: string;
  /** ISO 4217. */
  @Prop({ required: true }) currency!: string;
  @Prop({ required: true }) deliveryRadiusMeters!: number;
  @Prop({ required: true }) open!: boolean;
  @Prop({ type: Object, required: true }) settings!: StoreSettings;
}

export const StoreSchema = SchemaFactory.createForClass(StoreRecord);
