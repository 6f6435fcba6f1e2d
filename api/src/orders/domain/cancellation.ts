import { type CancellationTerms, isActive, movesFor, type Role, type StoreSettings, type Totals } from '@qc/contracts';
import type { OrderRecord } from '../order.schema';

type Cancellable = Pick<OrderRecord, 'status' | 'paymentStatus' | 'currency'> & Pick<Totals, 'total'>;

/**
 * Whether `role` may cancel now, what it costs and why. A fee is for a trip that has begun, only a customer pays one,
 * and it is never more than what is already paid: nobody is sent a bill.
 */
export function cancellationTerms(
  order: Cancellable,
  role: Role,
  { cancellationFee = 0 }: Pick<StoreSettings, 'cancellationFee'>,
): CancellationTerms {
  const { status, currency } = order;
  const allowed = movesFor(status, role).includes('cancelled');
  const cost = allowed && role === 'customer' ? feeOf(order, cancellationFee) : 0;
  return { allowed, cost, currency, explanation: explain(status, allowed, cost) };
}

function feeOf({ status, paymentStatus, total }: Cancellable, fee: number): number {
  return isActive(status) && paymentStatus === 'paid' ? Math.min(fee, total) : 0;
}

function explain(status: OrderRecord['status'], allowed: boolean, cost: number): string {
  if (!allowed) return `An order that is ${status.replace('_', ' ')} can no longer be cancelled.`;
  return cost
    ? 'A partner is already on the way to the store: the fee is kept back from the refund.'
    : 'Free until the partner picks the order up.';
}
