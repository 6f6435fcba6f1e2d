import type { AddressLabel } from '@qc/contracts';

export interface KeptAddress {
  label: AddressLabel;
  street: string;
  city: string;
  zipCode: string;
  instructions: string;
}

const KEY = 'qc.address';

/** The address of the last order from this browser. */
export function lastAddress(): Partial<KeptAddress> {
  try {
    return (JSON.parse(localStorage.getItem(KEY) ?? '{}') ?? {}) as Partial<KeptAddress>;
  } catch {
    return {};
  }
}

export function keepAddress({ label, street, city, zipCode, instructions }: KeptAddress): void {
  localStorage.setItem(KEY, JSON.stringify({ label, street, city, zipCode, instructions }));
}
