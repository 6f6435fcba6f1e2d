import type { AuditEntry } from '@qc/contracts';
import { fieldName } from './audit-words';

export interface AuditChange {
  label: string;
  /** Absent: there was, or there is, nothing. */
  before?: string;
  after?: string;
}

/** Field by field what was and what is, as a person reads it. */
export function changesOf({ before = {}, after = {} }: Pick<AuditEntry, 'before' | 'after'>): AuditChange[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].map((field) => {
    const [was, is] = [textOf(before[field]), textOf(after[field])];
    return { label: fieldName(field), ...(was !== '' && { before: was }), ...(is !== '' && { after: is }) };
  });
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  if (typeof value === 'object') {
    return Object.entries(value)
      .map(([field, part]) => `${fieldName(field).toLowerCase()} ${textOf(part)}`)
      .join(', ');
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}
