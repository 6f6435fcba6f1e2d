import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { ActorRole, AuditTarget } from '@qc/contracts';
import { Types } from 'mongoose';
import { appendOnly } from './append-only';

/** One line of who did what. Ids only: names, phones and addresses of people change and must be able to go. */
@Schema({ collection: 'audit', versionKey: false })
export class AuditRecord {
  _id!: Types.ObjectId;
  @Prop({ required: true }) at!: Date;
  @Prop({ required: true }) action!: string;
  @Prop({ type: Object, required: true }) by!: { id?: Types.ObjectId; role?: ActorRole };
  @Prop({ type: Object }) target?: { kind: AuditTarget; id?: Types.ObjectId };
  @Prop({ type: Object }) before?: Record<string, unknown>;
  @Prop({ type: Object }) after?: Record<string, unknown>;
  @Prop() reason?: string;
  @Prop({ type: Object }) from?: { address?: string; userAgent?: string };
  @Prop() requestId?: string;
}

export const AuditSchema = SchemaFactory.createForClass(AuditRecord);
appendOnly(AuditSchema);
// the whole record, what one did, what befell one thing, one kind of deed, one role: each newest first
AuditSchema.index({ at: -1, _id: -1 });
AuditSchema.index({ 'by.id': 1, at: -1, _id: -1 });
AuditSchema.index({ 'target.id': 1, at: -1, _id: -1 });
AuditSchema.index({ action: 1, at: -1, _id: -1 });
AuditSchema.index({ 'by.role': 1, at: -1, _id: -1 });
