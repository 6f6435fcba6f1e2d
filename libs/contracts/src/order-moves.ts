import type { ActorRole } from './primitives';

export const ORDER_STATUSES = [
  'pending',
  'confirmed',
  'preparing',
  'ready',
  'assigned',
  'picked_up',
  'in_transit',
  'delivered',
  'cancelled',
  'failed',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export type OrderMoves = Partial<Record<OrderStatus, readonly ActorRole[]>>;

/** Who may move an order from where to where. The API enforces it and the portals draw their buttons from it. */
export const ORDER_MOVES = {
  pending: { confirmed: ['admin', 'system'], cancelled: ['customer', 'admin', 'system'] },
  confirmed: { preparing: ['admin', 'system'], cancelled: ['customer', 'admin'] },
  preparing: { ready: ['admin', 'system'], cancelled: ['customer', 'admin'] },
  ready: { assigned: ['partner', 'admin', 'system'], cancelled: ['customer', 'admin'] },
  assigned: { picked_up: ['partner'], ready: ['partner', 'admin'], cancelled: ['customer', 'admin'] },
  picked_up: { in_transit: ['partner'], failed: ['admin'] },
  in_transit: { delivered: ['partner', 'admin'], failed: ['partner', 'admin'] },
  delivered: {},
  cancelled: {},
  failed: { ready: ['admin'], cancelled: ['admin'] },
} as const satisfies Record<OrderStatus, OrderMoves>;

/** Where `role` may move an order that stands at `from`. */
export function movesFor(from: OrderStatus, role: ActorRole): OrderStatus[] {
  const moves = Object.entries(ORDER_MOVES[from]) as [OrderStatus, readonly ActorRole[]][];
  return moves.filter(([, roles]) => roles.includes(role)).map(([to]) => to);
}

/** The partner is under way with it: it counts against the partner's capacity. */
export const ACTIVE_STATUSES = ['assigned', 'picked_up', 'in_transit'] as const satisfies readonly OrderStatus[];

/** Nothing moves it any more. */
export const CLOSED_STATUSES = ['delivered', 'cancelled'] as const satisfies readonly OrderStatus[];

export function isActive(status: OrderStatus): boolean {
  return (ACTIVE_STATUSES as readonly OrderStatus[]).includes(status);
}

export function isClosed(status: OrderStatus): boolean {
  return (CLOSED_STATUSES as readonly OrderStatus[]).includes(status);
}
