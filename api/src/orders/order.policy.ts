import { isActive, type Role } from '@qc/contracts';
import type { Types } from 'mongoose';
import type { OrderRecord } from './order.schema';

/** Who looks at an order. `available`: a partner at work, who may look at whatever waits for one. */
export interface Viewer {
  id: string;
  role: Role;
  available?: boolean;
}

/** How much of an order a reader may see: a partner who browses sees no person. */
export type Sight = 'customer' | 'partner' | 'browser' | 'admin';

/** null: for this reader the order does not exist. */
export function sightOf(order: OrderRecord, viewer: Viewer): Sight | null {
  if (viewer.role === 'admin') return 'admin';
  if (viewer.role === 'customer') return is(order.customerId, viewer) ? 'customer' : null;
  if (is(order.partnerId, viewer)) return 'partner';
  return order.status === 'ready' && viewer.available ? 'browser' : null;
}

type Standing = Pick<OrderRecord, 'status' | 'partnerId'>;

/**
 * A partner needs the way to the customer only while the order is under way, or has to be brought back. An earlier
 * version of the order opens nothing that is closed today.
 */
export function needsContact(order: Standing & Pick<OrderRecord, 'today'>): boolean {
  const { today } = order;
  return inHand(order) && (!today || (inHand(today) && samePartner(today, order)));
}

function inHand({ status }: Standing): boolean {
  return isActive(status) || status === 'failed';
}

function samePartner(one: Standing, other: Standing): boolean {
  return one.partnerId?.toHexString() === other.partnerId?.toHexString();
}

function is(id: Types.ObjectId | null, viewer: Viewer): boolean {
  return id !== null && id.toHexString() === viewer.id;
}
