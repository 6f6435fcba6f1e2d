import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { ProblemCode } from '@qc/contracts';
import { Types } from 'mongoose';
import type { ProblemExtra } from '../platform/http/problem';

/**
 * What became of a command that came with a key. Ids only: the answer is drawn again from the order as it stood, so that
 * no copy of a person's data is kept here.
 */
@Schema({ collection: 'commands', versionKey: false })
export class CommandRecord {
  /** User, route and key. */
  @Prop({ type: String, required: true }) _id!: string;
  @Prop({ required: true }) fingerprint!: string;
  @Prop({ type: Types.ObjectId }) orderId?: Types.ObjectId;
  /** The version that was answered. */
  @Prop() seq?: number;
  /** The change is committed, its money not yet settled: the answer is still to come. */
  @Prop() open?: boolean;
  /** A lock's answer has no version. */
  @Prop() lockedUntil?: Date;
  /** It was refused, for good. */
  @Prop({ type: Object }) refusal?: { code: ProblemCode; detail?: string; extra: ProblemExtra };
  @Prop({ required: true }) expiresAt!: Date;
}

export const CommandSchema = SchemaFactory.createForClass(CommandRecord);
// MongoDB removes them within a minute of their time; a command past it is taken as new at once
CommandSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
