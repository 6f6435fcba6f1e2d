import type { AuditEntry } from '@qc/contracts';
import { formatMoney } from '../../ui/money-pipe';
import { fieldName } from './audit-words';

export interface AuditChange {
  label: string;
  /** Absent: there was, or there is, nothing. */
  before?: string;
  after?: string;
}

/** Fields that hold minor units. */
const AMOUNTS = new Set([
  'price',
  'compareAtPrice',
  'deliveryFee',
  'freeDeliveryFrom',
  'cancellationFee',
  'tripPayBase',
  'tripPayPerKm',
  'amount',
  'total',
]);

/** Counts changes and tells a person nothing. */
const VERSION = 'version';

/** Field by field what was and what is, as a person reads it. Amounts are of `currency` (ISO 4217). */
export function changesOf(
  { before = {}, after = {} }: Pick<AuditEntry, 'before' | 'after'>,
  currency?: string,
): AuditChange[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((field) => field !== VERSION);
  return fields.map((field) => {
    const read = (value: unknown): string =>
      currency && AMOUNTS.has(field) && Number.isSafeInteger(value)
        ? formatMoney(value as number, currency)
        : textOf(value);
    const [was, is] = [read(before[field]), read(after[field])];
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
