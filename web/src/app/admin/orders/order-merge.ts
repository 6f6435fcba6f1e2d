import type { Order, OrderStatus } from '@qc/contracts';

/** Orders with this one in its place. An older version never overwrites a newer one; a new order comes first. */
export function mergeOrder(orders: readonly Order[], order: Order): readonly Order[] {
  const index = orders.findIndex(({ id }) => id === order.id);
  if (index < 0) return [order, ...orders].sort(byNewest);
  return orders[index]!.version > order.version ? orders : orders.with(index, order);
}

export interface OrderFilter {
  statuses: readonly OrderStatus[];
  /** The beginning of a number. */
  q: string;
}

/** What is typed to find an order, as a number begins: `qc-7k 3` is `7K3`. */
export function numberStart(q: string): string {
  return q
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replace(/^QC/, '')
    .slice(0, 6);
}

export function matches({ status, number }: Order, { statuses, q }: OrderFilter): boolean {
  return (!statuses.length || statuses.includes(status)) && number.slice(3).startsWith(numberStart(q));
}

/**
 * A page's orders as new as the newest that is known of each. `heard`: what events said while the page was on its way, newer
 * than the answer or not. What no longer matches is left out.
 */
export function freshest(
  items: readonly Order[],
  heard: ReadonlyMap<string, Order>,
  filter: OrderFilter,
): readonly Order[] {
  return items
    .map((order) => {
      const known = heard.get(order.id);
      return known && known.version > order.version ? known : order;
    })
    .filter((order) => matches(order, filter));
}

export function byNewest(a: Order, b: Order): number {
  return b.placedAt.localeCompare(a.placedAt);
}
