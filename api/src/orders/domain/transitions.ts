import {
  type ActorRole,
  movesFor,
  ORDER_MOVES,
  type OrderEventType,
  type OrderMoves,
  type OrderStatus,
} from '@qc/contracts';
import { Problem } from '../../platform/http/problem';

/** @throws INVALID_TRANSITION nobody may make this move; FORBIDDEN somebody may, this role may not. */
export function assertMove(from: OrderStatus, to: OrderStatus, role: ActorRole): void {
  const allowed = (ORDER_MOVES[from] as OrderMoves)[to];
  if (!allowed) {
    throw new Problem('INVALID_TRANSITION', `${from} cannot become ${to}`, {
      from,
      to,
      state: from,
      allowed: movesFor(from, role),
    });
  }
  if (!allowed.includes(role)) throw new Problem('FORBIDDEN', `a ${role} may not move ${from} to ${to}`);
}

/** Whether the table asks this role for a reason. */
export function needsReason(from: OrderStatus, to: OrderStatus, role: ActorRole): boolean {
  if (role === 'admin')
    return to === 'cancelled' || to === 'failed' || to === 'delivered' || (from === 'assigned' && to === 'ready');
  return role === 'partner' && (to === 'failed' || to === 'ready');
}

/** What a move is called in the log of events. */
export function eventTypeOf(from: OrderStatus, to: OrderStatus): OrderEventType {
  if (from === 'assigned' && to === 'ready') return 'released';
  return to === 'pending' ? 'placed' : to;
}

/** How far an order goes by itself when the store works without staff at the screen. */
export function automaticSteps(from: OrderStatus, store: { autoConfirm: boolean; autoReady: boolean }): OrderStatus[] {
  if (from !== 'pending' || !(store.autoConfirm || store.autoReady)) return [];
  return store.autoReady ? ['confirmed', 'preparing', 'ready'] : ['confirmed'];
}
