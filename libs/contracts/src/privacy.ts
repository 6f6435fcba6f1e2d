import type { AuditEntry } from './admin';
import type { SessionSummary, User } from './auth';
import type { LedgerEntry } from './ledger';
import type { Order } from './orders';
import type { LatLng, Timestamp } from './primitives';

/** All that is kept about one person, as that person may have it (GDPR, article 15 and 20). */
export interface PersonalData {
  /** When it was drawn up. */
  at: Timestamp;
  account: User & { createdAt: Timestamp };
  /** Of a delivery partner. */
  work?: PersonalWork;
  sessions: SessionSummary[];
  /** Placed, or delivered, by this person; newest first, each as this person may see it. */
  orders: Order[];
  /** What was booked on accounts in this person's name, oldest first; lines of others are left out. */
  ledger: LedgerEntry[];
  /** What the security record has: what this person did, then what others did to the account, each newest first. */
  audit: AuditEntry[];
}

export interface PersonalWork {
  available: boolean;
  ratingCount: number;
  /** Mean; null before the first. */
  rating: number | null;
  lastPosition?: LatLng & { at: Timestamp };
  paidOutAt?: Timestamp;
}
