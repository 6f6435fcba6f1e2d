import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Page, Role } from '@qc/contracts';
import type { ClientSession, Model } from 'mongoose';
import { decodeCursor, toPage } from '../platform/mongo/cursor';
import { invalid } from '../platform/http/problem';
import { oid } from '../platform/mongo/object-id';
import { AuditRecord } from './audit.schema';

export interface AuditFilter {
  /** The beginning of an action. */
  action?: string;
  actorId?: string;
  targetId?: string;
  role?: Role;
  /** from ≤ at < to */
  from?: Date;
  to?: Date;
}

/** Sorts behind every action. */
const BEYOND = '\uffff';

@Injectable()
export class AuditRepository {
  constructor(@InjectModel(AuditRecord.name) private readonly audit: Model<AuditRecord>) {}

  /** Within `session` the line stands or falls with the change that it tells of. */
  async insert(line: AuditRecord, session?: ClientSession): Promise<void> {
    await this.audit.insertMany([line], { session, lean: true });
  }

  /** Newest first. */
  async page({
    limit,
    cursor,
    ...filter
  }: AuditFilter & { limit: number; cursor?: string }): Promise<Page<AuditRecord>> {
    const found = await this.audit
      .find(await this.matching(filter, cursor))
      .sort({ at: -1, _id: -1 })
      .limit(limit + 1)
      .lean<AuditRecord[]>()
      .exec();
    return toPage(found, limit, (last) => ({ value: last.at, id: last._id }));
  }

  private async matching({ action, actorId, targetId, role, from, to }: AuditFilter, cursor?: string): Promise<object> {
    return {
      ...(action && { action: { $in: await this.actionsFrom(action) } }),
      ...(actorId && { 'by.id': oid(actorId) }),
      ...(targetId && { 'target.id': oid(targetId) }),
      ...(role && { 'by.role': role }),
      ...within(from, to, cursor),
    };
  }

  /** There are some dozens, which the index gives without a look at the lines: by name each is in the order of the list. */
  private actionsFrom(beginning: string): Promise<string[]> {
    return this.audit.distinct('action', { action: { $gte: beginning, $lt: beginning + BEYOND } }).exec();
  }
}

/** One span of `at`, so that every index gives its lines in order; what it has of the cursor's own moment is looked at twice. */
function within(from?: Date, to?: Date, cursor?: string): object {
  const after = cursor ? decodeCursor(cursor) : undefined;
  if (after && !(after.value instanceof Date)) throw invalid('cursor', 'is not of this list');
  const at = { ...(from && { $gte: from }), ...(to && { $lt: to }), ...(after && { $lte: after.value }) };
  return {
    ...(Object.keys(at).length && { at }),
    ...(after && { $or: [{ at: { $lt: after.value } }, { _id: { $lt: after.id } }] }),
  };
}
