import type { VehicleType } from './auth';
import type { OrderStatus } from './order-moves';
import type { ActorRole, Id, LatLng, MinorUnits, Page, Timestamp } from './primitives';

export const PAYMENT_METHODS = ['cash', 'card', 'wallet'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];

export const PAYMENT_STATUSES = ['pending', 'paid', 'failed', 'refunded'] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

export const ADDRESS_LABELS = ['home', 'work', 'other'] as const;
export type AddressLabel = (typeof ADDRESS_LABELS)[number];

export interface DeliveryAddress {
  label?: AddressLabel;
  street: string;
  city?: string;
  state?: string;
  zipCode?: string;
  instructions?: string;
  location?: LatLng;
}

export interface OrderLine {
  productId: Id;
  quantity: number;
}

export const BASKET_LIMITS = { lines: 50, quantity: 99 } as const;

export interface PlaceOrder {
  items: OrderLine[];
  deliveryAddress: DeliveryAddress;
  paymentMethod: PaymentMethod;
  tip?: MinorUnits;
  note?: string;
  customerLocation?: LatLng;
}

export interface QuoteRequest {
  items: OrderLine[];
  deliveryAddress?: DeliveryAddress;
}

export interface OrderItem {
  productId: Id;
  name: string;
  imageUrl?: string;
  unitPrice: MinorUnits;
  quantity: number;
  total: MinorUnits;
}

/** `total = subtotal + deliveryFee + tax + tip - discount`, always. */
export interface Totals {
  subtotal: MinorUnits;
  deliveryFee: MinorUnits;
  tax: MinorUnits;
  tip: MinorUnits;
  discount: MinorUnits;
  total: MinorUnits;
}

/** Arrival at the door, between two times. */
export interface Eta {
  from: Timestamp;
  to: Timestamp;
}

export interface Quote extends Totals {
  items: OrderItem[];
  currency: string;
  eta: Eta | null;
  deliverable: boolean;
}

export interface HistoryEntry {
  seq: number;
  status: OrderStatus;
  at: Timestamp;
  occurredAt?: Timestamp;
  by: { id?: Id; role: ActorRole };
  note?: string;
}

export interface OrderPartner {
  id: Id;
  firstName: string;
  phone?: string;
  vehicleType?: VehicleType;
  location?: LatLng;
}

export interface Rating {
  /** 1 to 5. */
  score: number;
  comment?: string;
}

/** One order as one reader may see it: what that reader may not see is absent. */
export interface Order extends Totals {
  id: Id;
  number: string;
  version: number;
  status: OrderStatus;
  currency: string;
  /** Absent for a partner who only browses. */
  customer?: { id: Id; firstName: string; phone?: string };
  partner: OrderPartner | null;
  store: { id: Id; name: string; location: LatLng };
  items: OrderItem[];
  paymentMethod: PaymentMethod;
  paymentStatus: PaymentStatus;
  deliveryAddress: DeliveryAddress;
  lock: { expiresAt: Timestamp; mine: boolean } | null;
  eta: Eta | null;
  note?: string;
  /** Store to door in a straight line. */
  distanceMeters?: number;
  /** Partner and admin. */
  tripPay?: MinorUnits;
  /** Of a cancellation or a failure. */
  reason?: string;
  placedAt: Timestamp;
  updatedAt: Timestamp;
  deliveredAt?: Timestamp;
  /** Customer and admin. */
  trackingUrl?: string;
  /** The customer only. */
  deliveryCode?: string;
  rating?: Rating;
  history: HistoryEntry[];
}

export const ORDER_EVENT_TYPES = [
  'placed',
  'confirmed',
  'preparing',
  'ready',
  'assigned',
  'released',
  'picked_up',
  'in_transit',
  'delivered',
  'failed',
  'cancelled',
  'rated',
  'payment',
] as const;
export type OrderEventType = (typeof ORDER_EVENT_TYPES)[number];

/** A committed change. `seq` is the order's version; `order` is this reader's view at that version. */
export interface OrderEvent<O = Order> {
  eventId: Id;
  orderId: Id;
  seq: number;
  type: OrderEventType;
  at: Timestamp;
  order: O;
}

export interface MoveOrder {
  status: OrderStatus;
  /** The reason, where the table of moves asks for one. */
  note?: string;
  deliveryCode?: string;
}

/** Whether the reader may cancel now, and what it would cost. */
export interface CancellationTerms {
  allowed: boolean;
  cost: MinorUnits;
  currency: string;
  explanation: string;
}

export type OrderPage = Page<Order>;
export type OrderEventPage = Page<OrderEvent>;
