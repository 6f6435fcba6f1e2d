import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

/** One signed-in device: a family of refresh tokens. Its end ends every token of it. */
@Schema({ collection: 'sessions', versionKey: false })
export class SessionRecord {
  _id!: Types.ObjectId;
  @Prop({ type: Types.ObjectId, required: true, index: true }) userId!: Types.ObjectId;
  /** Which refresh token of the family is the live one. */
  @Prop({ required: true }) generation!: number;
  @Prop({ required: true }) rotatedAt!: Date;
  @Prop({ required: true }) expiresAt!: Date;
}

export const SessionSchema = SchemaFactory.createForClass(SessionRecord);
SessionSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
