import type { Id, LatLng, MinorUnits, Timestamp } from './primitives';
import type { Order } from './orders';

/** The hold that one partner has on a `ready` order while deciding. */
export interface OrderLock {
  orderId: Id;
  expiresAt: Timestamp;
  /** Seconds from now. */
  lockExpiresIn: number;
}

/** How often a partner may renew one lock. */
export const LOCK_RENEWALS = 3;

export interface PositionPoint extends LatLng {
  /** The phone's clock. */
  at: Timestamp;
  /** Metres. */
  accuracy?: number;
  /** Degrees clockwise from north. */
  heading?: number;
  /** Metres a second. */
  speed?: number;
}

export interface DeliveryOrders {
  active: Order[];
  past: Order[];
}

export interface DeliveryStats {
  deliveriesToday: number;
  /** Trip pay and tips. */
  earningsToday: MinorUnits;
  /** Cash taken at the door today and not yet handed over. */
  cashToday: MinorUnits;
  currency: string;
  /** Mean of all ratings, one decimal; null before the first. */
  rating: number | null;
  ratingCount: number;
  activeDeliveries: number;
  capacity: number;
}

export interface EarningsTrip {
  orderId: Id;
  number: string;
  deliveredAt: Timestamp;
  tripPay: MinorUnits;
  tip: MinorUnits;
  total: MinorUnits;
}

export interface Earnings {
  from: Timestamp;
  to: Timestamp;
  currency: string;
  total: MinorUnits;
  tripPay: MinorUnits;
  tips: MinorUnits;
  trips: EarningsTrip[];
}
