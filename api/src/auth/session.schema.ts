import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

/** One signed-in device: a family of refresh tokens. Its end ends every token of it. */
@Schema({ collection: 'sessions', versionKey: false })
export class SessionRecord {
  _id!: Types.ObjectId;
  @Prop({ type: Types.ObjectId, required: true, index: true }) userId!: Types.ObjectId;
  /** Which refresh token of the family is the live one. */
  @Prop({ required: true }) generation!: number;
  /** When its cookie was last used: an access token is good for a quarter of an hour after that. */
  @Prop({ required: true }) rotatedAt!: Date;
  @Prop({ required: true }) expiresAt!: Date;
  /** Absent in sessions from before it was kept: then the id says when. */
  @Prop() startedAt?: Date;
  @Prop() device?: string;
  /**
   * Of its last use, for its owner to recognise. Kept in plain: it goes with the session, by its end or by its time, and
   * whoever can read this collection reads as much in the proxy's log.
   */
  @Prop() address?: string;
}

export const SessionSchema = SchemaFactory.createForClass(SessionRecord);
SessionSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

export function startOf({ _id, startedAt }: Pick<SessionRecord, '_id' | 'startedAt'>): Date {
  return startedAt ?? _id.getTimestamp();
}
