import { Pipe, type PipeTransform } from '@angular/core';
import type { MinorUnits } from '@qc/contracts';

/** `short` leaves out a fraction of nothing: `₹129`, not `₹129.00`. */
export type MoneyStyle = 'full' | 'short';

const formats = new Map<string, { format: Intl.NumberFormat; digits: number }>();

function formatOf(currency: string, style: MoneyStyle): { format: Intl.NumberFormat; digits: number } {
  const key = `${currency} ${style}`;
  const known = formats.get(key);
  if (known) return known;
  const format = new Intl.NumberFormat(undefined, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    trailingZeroDisplay: style === 'short' ? 'stripIfInteger' : 'auto',
  });
  const made = { format, digits: format.resolvedOptions().maximumFractionDigits ?? 2 };
  formats.set(key, made);
  return made;
}

/** Minor units as people of this locale write the currency (ISO 4217). Exact: the point is set in the text, nothing is divided. */
export function formatMoney(amount: MinorUnits, currency: string, style: MoneyStyle = 'full'): string {
  const { format, digits } = formatOf(currency, style);
  const text = String(Math.abs(amount)).padStart(digits + 1, '0');
  const decimal = digits ? `${text.slice(0, -digits)}.${text.slice(-digits)}` : text;
  return format.format(`${amount < 0 ? '-' : ''}${decimal}` as Intl.StringNumericLiteral);
}

@Pipe({ name: 'money' })
export class MoneyPipe implements PipeTransform {
  transform(amount: MinorUnits, currency: string, style: MoneyStyle = 'full'): string {
    return formatMoney(amount, currency, style);
  }
}
