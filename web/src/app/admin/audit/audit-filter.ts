import { type AuditQuery, type Role, ROLES } from '@qc/contracts';

/** What the record is narrowed to, as it stands in the address; `''` narrows nothing. */
export interface AuditFilter {
  /** The beginning of an action's code. */
  action: string;
  actorId: string;
  targetId: string;
  role: Role | '';
  /** `2026-11-28`, as this device counts days; both days are included. */
  from: string;
  to: string;
}

export type AuditParams = { [Key in keyof AuditFilter]?: string | undefined };

/** What is no role or no day is left out: an address may have been typed. */
export function filterOf(params: AuditParams): AuditFilter {
  return {
    action: params.action?.trim().toLowerCase() ?? '',
    actorId: params.actorId?.trim() ?? '',
    targetId: params.targetId?.trim() ?? '',
    role: ROLES.find((role) => role === params.role) ?? '',
    from: dayOf(params.from),
    to: dayOf(params.to),
  };
}

export function auditQuery({ action, actorId, targetId, role, from, to }: AuditFilter): AuditQuery {
  return {
    ...(action && { action }),
    ...(actorId && { actorId }),
    ...(targetId && { targetId }),
    ...(role && { role }),
    ...(from && { from: startOf(from) }),
    ...(to && { to: startOf(to, 1) }),
  };
}

/** How many things the record is narrowed by. */
export function narrowings(filter: AuditFilter): number {
  return Object.values(filter).filter(Boolean).length;
}

function dayOf(text = ''): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : '';
}

/** A day's first moment here; `later`: that of so many days after it. */
function startOf(day: string, later = 0): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).toISOString();
}
