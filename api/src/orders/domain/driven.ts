import { ACTIVE_STATUSES } from '@qc/contracts';
import type { OrderRecord } from '../order.schema';

export type UnderWay = Pick<OrderRecord, '_id' | 'status' | 'partnerId' | 'placedAt'>;

/** Of one partner's active orders the one that is driven to now: the one furthest along, else the one placed first. */
export function drivenTo<T extends UnderWay>(active: readonly T[]): T | undefined {
  const progress = ({ status }: T): number => ACTIVE_STATUSES.findIndex((one) => one === status);
  const [first] = active.toSorted(
    (a, b) =>
      progress(b) - progress(a) ||
      a.placedAt.getTime() - b.placedAt.getTime() ||
      a._id.toHexString().localeCompare(b._id.toHexString()),
  );
  return first;
}
