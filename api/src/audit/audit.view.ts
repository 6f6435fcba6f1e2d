import type { AuditEntry } from '@qc/contracts';
import type { AuditRecord } from './audit.schema';

export function auditEntry({ _id, at, by, target, ...line }: AuditRecord): AuditEntry {
  return {
    id: _id.toHexString(),
    at: at.toISOString(),
    action: line.action,
    by: { ...(by.id && { id: by.id.toHexString() }), ...(by.role && { role: by.role }) },
    ...(target && { target: { kind: target.kind, ...(target.id && { id: target.id.toHexString() }) } }),
    ...(line.before && { before: line.before }),
    ...(line.after && { after: line.after }),
    ...(line.reason !== undefined && { reason: line.reason }),
    ...(line.from && { from: line.from }),
    ...(line.requestId && { requestId: line.requestId }),
  };
}
