import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

export type LinkPurpose = 'password-reset' | 'email-verification';

/** The one link of its purpose that an account may have. A new one takes its place. */
@Schema({ collection: 'oneTimeLinks', versionKey: false })
export class OneTimeLinkRecord {
  _id!: Types.ObjectId;
  @Prop({ type: Types.ObjectId, required: true }) userId!: Types.ObjectId;
  @Prop({ required: true, type: String }) purpose!: LinkPurpose;
  /** Of the token. Absent: it was used, or taken back. */
  @Prop() hash?: string;
  /** When the last ones were made, newest first: bounds how many there are. */
  @Prop({ type: [Date], required: true }) madeAt!: Date[];
  @Prop({ required: true }) expiresAt!: Date;
}

export const OneTimeLinkSchema = SchemaFactory.createForClass(OneTimeLinkRecord);
OneTimeLinkSchema.index({ userId: 1, purpose: 1 }, { unique: true });
OneTimeLinkSchema.index({ hash: 1 }, { sparse: true });
OneTimeLinkSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
