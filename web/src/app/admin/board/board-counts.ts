import {
  type DashboardData,
  isActive,
  isClosed,
  type LiveStats,
  type OrderEvent,
  type OrderStatus,
} from '@qc/contracts';
import { mergeOrder } from '../orders/order-merge';

/** How many orders each list of the board shows, as the server does. */
const SHOWN = 10;

/** Where the order stood before this event; undefined: it is new. The same status where nothing moved (a payment, a rating). */
function statusBefore({ seq, order }: OrderEvent): OrderStatus | undefined {
  const last = order.history.at(-1);
  return last?.seq === seq ? order.history.at(-2)?.status : order.status;
}

/** The counts with one order moved from where it stood to where it stands. */
function countsAfter(live: LiveStats, event: OrderEvent): LiveStats {
  const from = statusBefore(event);
  const to = event.order.status;
  if (from === to) return live;
  const byStatus = { ...live.byStatus, [to]: live.byStatus[to] + 1 };
  if (from) byStatus[from] = Math.max(0, byStatus[from] - 1);
  const step = (is: (status: OrderStatus) => boolean): number =>
    Number(is(to)) - Number(from !== undefined && is(from));
  return {
    ...live,
    byStatus,
    unassigned: byStatus.ready,
    openOrders: Math.max(0, live.openOrders + step(isOpen)),
    partners: { ...live.partners, busy: Math.max(0, live.partners.busy + step(isActive)) },
  };
}

/**
 * The board after an event. One that is older than the board is in it already and changes nothing. The day's summary stays: what
 * counts as today is the server's to say.
 */
export function boardAfter(data: DashboardData, event: OrderEvent): DashboardData {
  if (Date.parse(event.at) <= Date.parse(data.live.at)) return data;
  const { order } = event;
  const others = data.longestWaiting.filter(({ id }) => id !== order.id);
  const waiting = order.status === 'ready' ? [...others, order].sort(byAge) : others;
  return {
    ...data,
    live: countsAfter(data.live, event),
    longestWaiting: waiting.slice(0, SHOWN),
    recent: [...mergeOrder(data.recent, order)].slice(0, SHOWN),
  };
}

function isOpen(status: OrderStatus): boolean {
  return !isClosed(status) && status !== 'failed';
}

function byAge(a: { placedAt: string }, b: { placedAt: string }): number {
  return a.placedAt.localeCompare(b.placedAt);
}
