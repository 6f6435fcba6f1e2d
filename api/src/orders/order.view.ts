import {
  type DeliveryAddress,
  type HistoryEntry,
  isActive,
  type Order,
  type OrderPartner,
  type TrackedOrder,
} from '@qc/contracts';
import type { StoreRecord } from '../catalog/store.schema';
import type { PartnerRecord } from '../users/partner.schema';
import type { PersonRecord } from '../users/users.repository';
import { estimateArrival } from './domain/arrival';
import { needsContact, type Sight } from './order.policy';
import type { HistoryRecord, OrderItemRecord, OrderRecord } from './order.schema';

/** What a view needs beside the order, looked up when it is read: no copy of a person's data is kept with an order. */
export interface OrderFacts {
  store: StoreRecord;
  customer?: PersonRecord;
  partner?: PersonRecord;
  partnerState?: PartnerRecord;
  /** This order is the one that the partner is driving to now. */
  driven: boolean;
  now: Date;
}

/** The order as one reader may see it: what that reader may not see is absent. */
export function orderView(order: OrderRecord, facts: OrderFacts, sight: Sight, readerId?: string): Order {
  const { store, now } = facts;
  return {
    id: order._id.toHexString(),
    number: order.number,
    version: order.version,
    status: order.status,
    currency: order.currency,
    partner: sight === 'browser' ? null : partnerView(order, facts, sight),
    store: { id: store._id.toHexString(), name: store.name, location: store.location },
    items: order.items.map(itemView),
    subtotal: order.subtotal,
    deliveryFee: order.deliveryFee,
    tax: order.tax,
    tip: order.tip,
    discount: order.discount,
    total: order.total,
    paymentMethod: order.paymentMethod,
    paymentStatus: order.paymentStatus,
    deliveryAddress: addressView(order, sight),
    lock: lockView(order, sight, now, readerId),
    eta: etaView(order, now),
    ...(order.distanceMeters !== undefined && { distanceMeters: order.distanceMeters }),
    placedAt: order.placedAt.toISOString(),
    updatedAt: order.updatedAt.toISOString(),
    ...(order.deliveredAt && { deliveredAt: order.deliveredAt.toISOString() }),
    ...(sight !== 'browser' && amongParties(order, facts, sight)),
    ...byRole(order, sight),
    history: order.history.map((entry) => historyView(entry, sight)),
  };
}

/** What customer, partner and admin know of each other. */
function amongParties(order: OrderRecord, facts: OrderFacts, sight: Sight): Partial<Order> {
  return {
    customer: customerView(order, facts, sight),
    ...(order.note !== undefined && { note: order.note }),
    ...(order.reason !== null && { reason: order.reason }),
    ...(order.rating && { rating: order.rating }),
  };
}

/** What only some of them know: pay is not the customer's, the public link not the partner's, the code the customer's alone. */
function byRole(order: OrderRecord, sight: Sight): Partial<Order> {
  const sharesLink = sight === 'customer' || sight === 'admin';
  return {
    ...(sight !== 'customer' && { tripPay: order.tripPay }),
    ...(sharesLink && { trackingUrl: `/t/${order.trackingToken}` }),
    ...(sight === 'customer' && order.deliveryCode !== null && { deliveryCode: order.deliveryCode }),
  };
}

/** What anyone with the link may see. */
export function trackedView(order: OrderRecord, facts: OrderFacts): TrackedOrder {
  const { store, partner, partnerState, driven, now } = facts;
  const pickedUp = order.status === 'picked_up' || order.status === 'in_transit';
  const place = driven && pickedUp && needsContact(order) && partnerState?.position;
  return {
    id: order._id.toHexString(),
    number: order.number,
    version: order.version,
    status: order.status,
    eta: etaView(order, now),
    store: { name: store.name, location: store.location },
    partner: partner
      ? { firstName: partner.profile.firstName, ...(place && { location: { lat: place.lat, lng: place.lng } }) }
      : null,
    updatedAt: order.updatedAt.toISOString(),
  };
}

function customerView(order: OrderRecord, { customer }: OrderFacts, sight: Sight): Order['customer'] {
  const phone = customer?.profile.phone;
  const seesPhone = sight !== 'partner' || needsContact(order);
  return {
    id: order.customerId.toHexString(),
    firstName: customer?.profile.firstName ?? '',
    ...(phone && seesPhone && { phone }),
  };
}

function partnerView(order: OrderRecord, facts: OrderFacts, sight: Sight): OrderPartner | null {
  if (!order.partnerId) return null;
  const { profile, vehicle } = facts.partner ?? {};
  return {
    id: order.partnerId.toHexString(),
    firstName: profile?.firstName ?? '',
    ...(vehicle && { vehicleType: vehicle.type }),
    ...(needsContact(order) && reachableAt(order, facts, sight)),
  };
}

/** After a failure there is still a phone; where the partner goes for another customer is not this one's business. */
function reachableAt(order: OrderRecord, facts: OrderFacts, sight: Sight): Partial<OrderPartner> {
  const { partner, partnerState, driven } = facts;
  const phone = partner?.profile.phone;
  const followed = isActive((order.today ?? order).status) && (driven || sight !== 'customer');
  const place = followed && partnerState?.position;
  return { ...(phone && { phone }), ...(place && { location: { lat: place.lat, lng: place.lng } }) };
}

function addressView(order: OrderRecord, sight: Sight): DeliveryAddress {
  const { deliveryAddress } = order;
  if (sight === 'customer' || sight === 'admin' || (sight === 'partner' && needsContact(order))) return deliveryAddress;
  const { street, city, zipCode } = deliveryAddress;
  return { street, ...(city && { city }), ...(zipCode && { zipCode }) };
}

function lockView({ lock, status }: OrderRecord, sight: Sight, now: Date, readerId?: string): Order['lock'] {
  if (!lock || status !== 'ready' || sight === 'customer' || lock.expiresAt <= now) return null;
  return { expiresAt: lock.expiresAt.toISOString(), mine: lock.partnerId.toHexString() === readerId };
}

function etaView(order: OrderRecord, now: Date): Order['eta'] {
  const since = order.history.at(-1)?.at ?? order.placedAt;
  const arrival = estimateArrival(order.status, since, order.distanceMeters, now);
  return arrival && { from: arrival.from.toISOString(), to: arrival.to.toISOString() };
}

function itemView({ productId, name, imageUrl, unitPrice, quantity, total }: OrderItemRecord): Order['items'][number] {
  return { productId: productId.toHexString(), name, ...(imageUrl && { imageUrl }), unitPrice, quantity, total };
}

function historyView({ seq, status, at, occurredAt, by, note }: HistoryRecord, sight: Sight): HistoryEntry {
  const id = sight === 'browser' ? undefined : by.id?.toHexString();
  return {
    seq,
    status,
    at: at.toISOString(),
    ...(occurredAt && { occurredAt: occurredAt.toISOString() }),
    by: { ...(id && { id }), role: by.role },
    ...(note && sight !== 'browser' && { note }),
  };
}
