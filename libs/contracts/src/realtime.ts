import type { PositionPoint } from './delivery';
import type { Order, OrderEvent } from './orders';
import type { Id, LatLng, MinorUnits, Timestamp } from './primitives';
import type { ProblemCode } from './problems';
import type { TrackedOrder } from './tracking';

/** Handshake `auth`. */
export interface SocketCredentials {
  token?: string;
  trackingToken?: string;
}

export interface Refusal {
  ok: false;
  code: ProblemCode;
  detail?: string;
}

export type Ack<T extends object = object> = ({ ok: true } & T) | Refusal;

export interface JoinOrder {
  orderId: Id;
  /** Send every event with a greater `seq`. */
  after?: number;
}

/** `reset`: `after` is older than what is kept; take `order` as it is. */
export type JoinedOrder = {
  order: Order | TrackedOrder;
  missed: OrderEvent<Order | TrackedOrder>[];
  reset?: boolean;
};

export interface JoinAdminRoom {
  /** Opaque; the last one that was given. */
  after?: string;
}

export interface JoinedAdminRoom {
  cursor: string;
  missed: OrderEvent[];
  reset?: boolean;
}

export interface PartnerPosition extends LatLng {
  partnerId: Id;
  orderId?: Id;
  heading?: number;
  at: Timestamp;
}

/** Enough to draw a card, and nothing personal. */
export interface AvailableOrder {
  orderId: Id;
  number: string;
  storeId: Id;
  itemCount: number;
  currency: string;
  tripPay: MinorUnits;
  distanceMeters?: number;
  placedAt: Timestamp;
}

export interface LockedOrder {
  orderId: Id;
  expiresAt: Timestamp;
}

export const NOTIFICATION_TYPES = ['order', 'assignment'] as const;

export interface Notification {
  id: Id;
  type: (typeof NOTIFICATION_TYPES)[number];
  title: string;
  body: string;
  orderId?: Id;
  at: Timestamp;
}

export interface ServerToClientEvents {
  orderUpdated: (event: OrderEvent<Order | TrackedOrder>) => void;
  newOrderAvailable: (card: AvailableOrder) => void;
  orderLocked: (lock: LockedOrder) => void;
  orderLockReleased: (order: { orderId: Id }) => void;
  orderAssigned: (order: { orderId: Id }) => void;
  /** A ready order that nobody can take any more: it was cancelled. */
  orderWithdrawn: (order: { orderId: Id }) => void;
  partnerLocation: (position: PartnerPosition) => void;
  notification: (notification: Notification) => void;
}

export interface ClientToServerEvents {
  joinOrder: (message: JoinOrder, ack: (answer: Ack<JoinedOrder>) => void) => void;
  leaveOrder: (message: { orderId: Id }, ack: (answer: Ack) => void) => void;
  joinAdminRoom: (message: JoinAdminRoom, ack: (answer: Ack<JoinedAdminRoom>) => void) => void;
  leaveAdminRoom: (message: object, ack: (answer: Ack) => void) => void;
  partnerLocation: (message: PositionPoint, ack: (answer: Ack) => void) => void;
  authenticate: (message: { token: string }, ack: (answer: Ack) => void) => void;
}
