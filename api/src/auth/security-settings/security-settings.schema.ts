import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { SecuritySettings } from '@qc/contracts';

/** One document. What is not in it is off. */
@Schema({ collection: 'securitySettings', versionKey: false })
export class SecuritySettingsRecord implements Partial<SecuritySettings> {
  @Prop({ type: String }) _id!: string;
  @Prop() partnerVerification?: boolean;
  @Prop() emailVerification?: boolean;
  @Prop() adminSecondFactor?: boolean;
}

export const SecuritySettingsSchema = SchemaFactory.createForClass(SecuritySettingsRecord);
