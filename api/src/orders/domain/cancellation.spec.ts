import { describe, expect, it } from '@jest/globals';
import { ORDER_STATUSES, type OrderStatus, type PaymentStatus, type Role } from '@qc/contracts';
import fc from 'fast-check';
import { cancellationTerms } from './cancellation';

const FEE = 2500;

interface Given {
  paymentStatus?: PaymentStatus;
  total?: number;
  settings?: { cancellationFee?: number };
}

function terms(status: OrderStatus, role: Role, given: Given = {}) {
  const { paymentStatus = 'paid', total = 12_350, settings = { cancellationFee: FEE } } = given;
  return cancellationTerms({ status, paymentStatus, total, currency: 'INR' }, role, settings);
}

/** Contract: who may cancel from where. */
const CUSTOMERS: readonly OrderStatus[] = ['pending', 'confirmed', 'preparing', 'ready', 'assigned'];
const ADMINS: readonly OrderStatus[] = [...CUSTOMERS, 'failed'];

describe('cancelling', () => {
  it.each(ORDER_STATUSES)('from %s is allowed to whom the contract says', (status) => {
    expect(terms(status, 'customer').allowed).toBe(CUSTOMERS.includes(status));
    expect(terms(status, 'admin').allowed).toBe(ADMINS.includes(status));
    expect(terms(status, 'partner').allowed).toBe(false);
  });

  it.each(ORDER_STATUSES)('from %s costs a customer the fee only when a partner is under way', (status) => {
    expect(terms(status, 'customer').cost).toBe(status === 'assigned' ? FEE : 0);
  });

  it.each(['partner', 'admin'] as const)('never costs a %s anything', (role) => {
    for (const status of ORDER_STATUSES) expect(terms(status, role).cost).toBe(0);
  });

  it.each(['pending', 'failed', 'refunded'] as const)('costs nothing of a payment that is %s', (paymentStatus) => {
    expect(terms('assigned', 'customer', { paymentStatus }).cost).toBe(0);
  });

  it('costs nothing where the store asks for nothing', () => {
    expect(terms('assigned', 'customer', { settings: {} }).cost).toBe(0);
  });

  it('never costs more than was paid', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (total, fee) => {
        expect(terms('assigned', 'customer', { total, settings: { cancellationFee: fee } }).cost).toBe(
          Math.min(total, fee),
        );
      }),
    );
  });

  it('is explained', () => {
    expect(terms('ready', 'customer')).toEqual({
      allowed: true,
      cost: 0,
      currency: 'INR',
      explanation: 'Free until the partner picks the order up.',
    });
    expect(terms('assigned', 'customer').explanation).toBe(
      'A partner is already on the way to the store: the fee is kept back from the refund.',
    );
    expect(terms('in_transit', 'customer').explanation).toBe('An order that is in transit can no longer be cancelled.');
  });
});
