import type { MinorUnits } from '@qc/contracts';

/** Decimal places of a currency (ISO 4217), as this browser knows it. */
export function currencyDigits(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/** `12.5` or `12,50` as minor units; undefined: no such amount. Digits are moved as text: no float ever holds money. */
export function parseMoney(text: string, digits: number): MinorUnits | undefined {
  const match = /^(\d{1,9})(?:[.,](\d*))?$/.exec(text.trim());
  const [, whole = '', fraction = ''] = match ?? [];
  if (!match || fraction.length > digits) return undefined;
  return Number(whole + fraction.padEnd(digits, '0'));
}

/** The text that `parseMoney` reads back. */
export function moneyText(amount: MinorUnits, digits: number): string {
  const text = String(amount).padStart(digits + 1, '0');
  return digits ? `${text.slice(0, -digits)}.${text.slice(-digits)}` : text;
}
