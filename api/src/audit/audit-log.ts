import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ActorRole, AuditTarget } from '@qc/contracts';
import { type ClientSession, type Model, Types } from 'mongoose';
import { Clock } from '../platform/clock';
import { currentRequest } from '../platform/http/request-context';
import { AuditRecord } from './audit.schema';

export interface AuditFact {
  /** Dotted, stable: `order.cancelled`, `user.deactivated`, `sign-in.failed`. */
  action: string;
  /** Left out: nobody who is known. */
  by?: { id?: string | Types.ObjectId; role?: ActorRole };
  target?: { kind: AuditTarget; id?: string | Types.ObjectId };
  /** Only fields that differ, and nothing personal. */
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
  reason?: string;
}

/** The append-only record of what admins do and of what concerns security. It has no way to change or remove a line. */
@Injectable()
export class AuditLog {
  constructor(
    @InjectModel(AuditRecord.name) private readonly audit: Model<AuditRecord>,
    private readonly clock: Clock,
  ) {}

  /** Within `session` the line stands or falls with the change that it tells of. Where from is taken from the request under way. */
  async record({ action, by = {}, target, before, after, reason }: AuditFact, session?: ClientSession): Promise<void> {
    const { address, userAgent, requestId } = currentRequest() ?? {};
    const line: AuditRecord = {
      _id: new Types.ObjectId(),
      at: this.clock.now(),
      action,
      by: { ...(by.id && { id: new Types.ObjectId(by.id) }), ...(by.role && { role: by.role }) },
      ...(target && { target: { kind: target.kind, ...(target.id && { id: new Types.ObjectId(target.id) }) } }),
      ...(before && { before }),
      ...(after && { after }),
      ...(reason !== undefined && { reason }),
      ...((address ?? userAgent) !== undefined && {
        from: { ...(address && { address }), ...(userAgent && { userAgent }) },
      }),
      ...(requestId && { requestId }),
    };
    await this.audit.insertMany([line], { session, lean: true });
  }
}
