import { type OrderEventType } from '@qc/contracts';
import { Types } from 'mongoose';
import type { EventFact, OrderState } from '../outbox/event.schema';
import type { OrderRecord } from './order.schema';

/** The event of the change that made `order` what it is now. */
export function orderEvent(
  type: OrderEventType,
  order: OrderRecord,
  previousPartnerId?: Types.ObjectId | null,
): EventFact {
  return {
    _id: new Types.ObjectId(),
    topic: 'order',
    orderId: order._id,
    seq: order.version,
    type,
    at: order.updatedAt,
    state: stateOf(order),
    ...(previousPartnerId && { previousPartnerId }),
    subject: order,
  };
}

export function lockedEvent(orderId: Types.ObjectId, expiresAt: Date, at: Date): EventFact {
  return { _id: new Types.ObjectId(), topic: 'lock', type: 'locked', orderId, at, expiresAt };
}

export function unlockedEvent(orderId: Types.ObjectId, at: Date): EventFact {
  return { _id: new Types.ObjectId(), topic: 'lock', type: 'unlocked', orderId, at };
}

function stateOf({ status, partnerId, paymentStatus, reason, deliveredAt, rating }: OrderRecord): OrderState {
  return { status, partnerId, paymentStatus, reason, deliveredAt, rating };
}

/** The order as it stood at `seq`: what never changes from the order, what does from the event. */
export function orderAt(order: OrderRecord, seq: number, at: Date, state: OrderState): OrderRecord {
  const current = order.version === seq;
  return {
    ...order,
    ...state,
    version: seq,
    updatedAt: at,
    lock: current ? order.lock : null,
    ...(!current && { today: { status: order.status, partnerId: order.partnerId } }),
    history: order.history.filter((entry) => entry.seq <= seq),
  };
}
