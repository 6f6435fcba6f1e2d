import type { OrderStatus } from './order-moves';
import type { Eta } from './orders';
import type { Id, LatLng, Timestamp } from './primitives';

/** What anyone with the link may see of one delivery. */
export interface TrackedOrder {
  id: Id;
  number: string;
  version: number;
  status: OrderStatus;
  eta: Eta | null;
  store: { name: string; location: LatLng };
  partner: { firstName: string; location?: LatLng } | null;
  updatedAt: Timestamp;
}
