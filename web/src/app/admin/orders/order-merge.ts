import type { Order, OrderStatus } from '@qc/contracts';

/** Orders with this one in its place. An older version never overwrites a newer one; a new order comes first. */
export function mergeOrder(orders: readonly Order[], order: Order): readonly Order[] {
  const index = orders.findIndex(({ id }) => id === order.id);
  if (index < 0) return [order, ...orders].sort((a, b) => (a.placedAt < b.placedAt ? 1 : -1));
  return orders[index]!.version > order.version ? orders : orders.with(index, order);
}

export interface OrderFilter {
  statuses: readonly OrderStatus[];
  /** The beginning of a number. */
  q: string;
}

export function matches({ status, number }: Order, { statuses, q }: OrderFilter): boolean {
  const digits = q.trim().toUpperCase().replace(/^QC-?/, '');
  return (!statuses.length || statuses.includes(status)) && number.slice(3).startsWith(digits);
}
