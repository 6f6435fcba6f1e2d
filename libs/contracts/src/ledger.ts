import type { Id, Timestamp, MinorUnits } from './primitives';

/** One line of the books: debit positive, credit negative. Accounts: docs/architecture.md. */
export interface LedgerLine {
  account: string;
  amount: MinorUnits;
}

/** What was booked at once; its lines sum to zero. */
export interface LedgerEntry {
  kind: 'charge' | 'payment' | 'cash' | 'earning' | 'reversal' | 'refund' | 'payout';
  at: Timestamp;
  currency: string;
  lines: LedgerLine[];
}

export interface OrderLedger {
  entries: LedgerEntry[];
}

/** Where a partner and the shop stand with each other, in one currency. */
export interface PartnerBalance {
  currency: string;
  /** Trips and tips that are not paid out yet. */
  earned: MinorUnits;
  /** Taken at doors and still in the partner's hands. */
  cash: MinorUnits;
  /** `earned` less `cash`; below zero the partner hands it in. */
  due: MinorUnits;
}

export interface PartnerBalances {
  partnerId: Id;
  balances: PartnerBalance[];
}
