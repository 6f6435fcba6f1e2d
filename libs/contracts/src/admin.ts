import type { User, Vehicle } from './auth';
import type { StoreSettings } from './catalog';
import type { OrderStatus } from './order-moves';
import type { Order } from './orders';
import type { ActorRole, Id, LatLng, MinorUnits, Page, Role, Timestamp } from './primitives';

/** What the board counts, now. */
export interface LiveStats {
  at: Timestamp;
  byStatus: Record<OrderStatus, number>;
  /** Orders that are neither closed nor failed. */
  openOrders: number;
  unassigned: number;
  partners: { total: number; online: number; busy: number };
}

/** Today, in the store's time zone. */
export interface DaySummary {
  orders: number;
  delivered: number;
  cancelled: number;
  failed: number;
  revenue: MinorUnits;
  /** Placed to delivered, median; null before the first delivery. */
  medianDeliverySeconds: number | null;
}

export interface DashboardData {
  live: LiveStats;
  today: DaySummary;
  currency: string;
  /** Oldest first: what has waited longest for a partner. */
  longestWaiting: Order[];
  recent: Order[];
}

export interface PartnerSummary {
  id: Id;
  email: string;
  firstName: string;
  lastName?: string;
  phone?: string;
  active: boolean;
  available: boolean;
  activeDeliveries: number;
  deliveriesToday: number;
  vehicle?: Vehicle;
  rating: number | null;
  location?: LatLng & { at: Timestamp };
  /** An admin has yet to approve this partner before the first delivery. */
  awaitsApproval?: boolean;
}

export interface AssignOrder {
  partnerId: Id;
}

/** One store's settings and shop window. */
export interface SettingsView extends StoreSettings {
  storeId: Id;
  name: string;
  address: string;
  location: LatLng;
  /** IANA name. */
  timeZone: string;
  /** ISO 4217: of the prices as they stand. */
  currency: string;
  open: boolean;
  deliveryRadiusMeters: number;
}

export type UpdateSettings = Partial<Omit<SettingsView, 'storeId'>> & { storeId?: Id };

/** What holds for every account of this installation. All off by default. */
export interface SecuritySettings {
  /** A partner who registers waits for an admin's approval before the first delivery. */
  partnerVerification: boolean;
  /** Customers order and partners work only with a confirmed e-mail address. */
  emailVerification: boolean;
  /** Admins work only with a second factor. */
  adminSecondFactor: boolean;
}

export type UpdateSecuritySettings = Partial<SecuritySettings>;

export interface ApprovePartner {
  approved: boolean;
}

export interface Invite {
  email: string;
}

/** An invitation to become an admin, not yet taken up. */
export interface Invitation {
  id: Id;
  email: string;
  invitedBy: Id;
  createdAt: Timestamp;
  expiresAt: Timestamp;
}

export type InvitationPage = Page<Invitation>;

/** Whoever may sign in as an admin. */
export interface StaffMember {
  id: Id;
  email: string;
  firstName: string;
  lastName?: string;
  active: boolean;
  secondFactor: boolean;
}

export type StaffPage = Page<StaffMember>;

/** Kinds of things that an audit entry may be about. */
export const AUDIT_TARGETS = ['user', 'order', 'product', 'store', 'settings', 'invitation', 'session'] as const;
export type AuditTarget = (typeof AUDIT_TARGETS)[number];

/** One line of the append-only record of who did what. Holds ids, never names, phones or addresses of people. */
export interface AuditEntry {
  id: Id;
  at: Timestamp;
  /** Dotted, stable: `order.cancelled`, `user.deactivated`, `sign-in.failed`. */
  action: string;
  /** Without an id: nobody who is known, or the product itself. */
  by: { id?: Id; role?: ActorRole };
  target?: { kind: AuditTarget; id?: Id };
  /** What changed, as far as it may be kept: only the fields that differ. */
  before?: Record<string, unknown>;
  after?: Record<string, unknown>;
  reason?: string;
  /** Network address and program that it came from. */
  from?: { address?: string; userAgent?: string };
  requestId?: string;
}

export type AuditPage = Page<AuditEntry>;

export interface AuditQuery {
  /** The beginning of an action: `order`, `order.cancelled`. */
  action?: string;
  actorId?: Id;
  targetId?: Id;
  role?: Role;
  /** from ≤ at < to */
  from?: Timestamp;
  to?: Timestamp;
  limit?: number;
  cursor?: string;
}

export interface UserAnswer {
  user: User;
}

/** What a web client needs to know before anyone has signed in. */
export interface ClientConfig {
  /** The demo shop with its known log-ins: never in production. */
  demo: boolean;
}

export type PartnerSummaryPage = Page<PartnerSummary>;

/** What operations ask of a process. */
export interface Health {
  status: 'ok';
  /** Of a product that runs in several processes: `degraded` while Redis is away, and events come later. */
  redis?: 'ok' | 'degraded';
}
