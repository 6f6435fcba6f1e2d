import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';

/** Work that one process at a time may do. */
@Schema({ collection: 'leases', versionKey: false })
export class Lease {
  /** The work. */
  @Prop({ type: String }) _id!: string;
  /** The process that does it. */
  @Prop({ required: true }) holder!: string;
  /** By the database's clock. */
  @Prop({ required: true }) until!: Date;
}

export const LeaseSchema = SchemaFactory.createForClass(Lease);
