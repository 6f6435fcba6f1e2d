import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';
import type { Sealed } from '../../platform/field-encryption';

/** An admin's authenticator app. Apart from the account, so that its secret goes nowhere with it. */
@Schema({ collection: 'secondFactors', versionKey: false })
export class SecondFactorRecord {
  /** The user's id. */
  _id!: Types.ObjectId;
  @Prop({ type: Object, required: true }) secret!: Sealed;
  /** Absent: it was shown and not yet confirmed by a code. */
  @Prop() confirmedAt?: Date;
  /** Of the last code that was taken: no code is good twice, and none that is older. */
  @Prop({ required: true }) lastStep!: number;
  /** SHA-256 of those that are left. */
  @Prop({ type: [String], required: true }) recoveryCodes!: string[];
}

export const SecondFactorSchema = SchemaFactory.createForClass(SecondFactorRecord);
