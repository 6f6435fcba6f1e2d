import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

/** An admin to be. Holds the address only until it is taken up, taken back or past its time. */
@Schema({ collection: 'invitations', versionKey: false })
export class InvitationRecord {
  _id!: Types.ObjectId;
  /** Lower case. */
  @Prop({ required: true, unique: true }) email!: string;
  /** Of the token. */
  @Prop({ required: true, unique: true }) hash!: string;
  @Prop({ type: Types.ObjectId, required: true }) invitedBy!: Types.ObjectId;
  @Prop({ required: true }) createdAt!: Date;
  @Prop({ required: true }) expiresAt!: Date;
}

export const InvitationSchema = SchemaFactory.createForClass(InvitationRecord);
InvitationSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
