import { isActive, movesFor, type Role } from '@qc/contracts';
import type { Types } from 'mongoose';
import type { OrderRecord } from '../../orders/order.schema';
import { Problem } from '../../platform/http/problem';

/** Why a partner cannot have or hold this order now; names the state that won, and what `asker` may do instead. */
export function refusalOf(
  order: Pick<OrderRecord, 'status' | 'lock'>,
  partnerId: Types.ObjectId,
  now: Date,
  asker: Role = 'partner',
): Problem {
  const { status, lock } = order;
  if (status === 'ready' && lock && !lock.partnerId.equals(partnerId) && lock.expiresAt > now) {
    const seconds = Math.ceil((lock.expiresAt.getTime() - now.getTime()) / 1000);
    return new Problem('ORDER_LOCKED', undefined, {
      retryAfter: seconds,
      state: status,
      expiresAt: lock.expiresAt.toISOString(),
    });
  }
  if (isActive(status) || status === 'delivered' || status === 'failed')
    return new Problem('ORDER_ALREADY_ASSIGNED', undefined, { state: status });
  return new Problem('INVALID_TRANSITION', `an order that is ${status} cannot be taken`, {
    from: status,
    to: 'assigned',
    state: status,
    allowed: movesFor(status, asker),
  });
}
