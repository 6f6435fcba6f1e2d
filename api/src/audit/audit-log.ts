import { Injectable } from '@nestjs/common';
import type { ActorRole, AuditTarget } from '@qc/contracts';
import { type ClientSession, Types } from 'mongoose';
import { Clock } from '../platform/clock';
import { currentRequest } from '../platform/http/request-context';
import { AuditRepository } from './audit.repository';
import type { AuditRecord } from './audit.schema';

type Id = string | Types.ObjectId;

export interface AuditFact {
  /** Dotted, stable: `order.cancelled`, `user.deactivated`, `sign-in.failed`. */
  action: string;
  /** Left out: nobody who is known. */
  by?: { id?: Id; role?: ActorRole };
  target?: { kind: AuditTarget; id?: Id };
  /** Only fields that differ, and nothing personal. */
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
  reason?: string;
}

/** The append-only record of what admins do and of what concerns security. It has no way to change or remove a line. */
@Injectable()
export class AuditLog {
  constructor(
    private readonly audit: AuditRepository,
    private readonly clock: Clock,
  ) {}

  /** Within `session` the line stands or falls with the change that it tells of. Where from is taken from the request under way. */
  async record(fact: AuditFact, session?: ClientSession): Promise<void> {
    await this.audit.insert(lineOf(fact, this.clock.now()), session);
  }
}

function lineOf({ by = {}, target, ...fact }: AuditFact, at: Date): AuditRecord {
  const { address, userAgent, requestId } = currentRequest() ?? {};
  const from = present({ address, userAgent });
  return present({
    _id: new Types.ObjectId(),
    at,
    action: fact.action,
    by: present({ id: idOf(by.id), role: by.role }),
    target: target && present({ kind: target.kind, id: idOf(target.id) }),
    before: fact.before,
    after: fact.after,
    reason: fact.reason,
    from: Object.keys(from).length ? from : undefined,
    requestId,
  });
}

function idOf(id: Id | undefined): Types.ObjectId | undefined {
  return id === undefined ? undefined : new Types.ObjectId(id);
}

/** Without what is not there: the database would keep it as null. */
function present<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
