import type { User, Vehicle } from './auth';
import type { StoreSettings } from './catalog';
import type { OrderStatus } from './order-moves';
import type { Order } from './orders';
import type { Id, LatLng, MinorUnits, Page, Timestamp } from './primitives';

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
