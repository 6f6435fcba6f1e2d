import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Profile, Role, Vehicle } from '@qc/contracts';
import { Types } from 'mongoose';

@Schema({ collection: 'users', versionKey: false })
export class UserRecord {
  _id!: Types.ObjectId;
  /** As `normalizeEmail` writes it. */
  @Prop({ required: true, unique: true }) email!: string;
  @Prop({ required: true }) passwordHash!: string;
  @Prop({ required: true, type: String }) role!: Role;
  @Prop({ type: Object, required: true }) profile!: Profile;
  @Prop({ required: true }) active!: boolean;
  /** Absent: not yet confirmed. */
  @Prop() emailVerifiedAt?: Date;
  /** A second factor is asked for at sign-in. */
  @Prop() secondFactor?: boolean;
  @Prop({ type: Object }) vehicle?: Vehicle;
  @Prop({ required: true }) createdAt!: Date;
  /** The person is gone: nothing of the account is theirs any more, and nobody signs in to it. */
  @Prop() erasedAt?: Date;
  /** What was under way at that moment is still to be looked for. */
  @Prop() erasing?: true;
}

export const UserSchema = SchemaFactory.createForClass(UserRecord);
// partners and customers of the admin's lists, newest first
UserSchema.index({ role: 1, _id: -1 });
// erasures that are to be finished
UserSchema.index({ erasedAt: 1 }, { partialFilterExpression: { erasing: true } });
