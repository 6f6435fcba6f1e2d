import { describe, expect, it } from '@jest/globals';
import { ORDER_STATUSES, type OrderStatus, type ProblemCode } from '@qc/contracts';
import fc from 'fast-check';
import { Types } from 'mongoose';
import { refusalOf } from './refusals';

const NOW = new Date('2026-11-23T05:00:00Z');
const ME = new Types.ObjectId();
const RIVAL = new Types.ObjectId();

function lockOf(partnerId: Types.ObjectId, milliseconds: number) {
  return { partnerId, expiresAt: new Date(NOW.getTime() + milliseconds), renewals: 0 };
}

/** What wins over a partner who comes too late, status by status. */
const REFUSALS: Record<OrderStatus, ProblemCode> = {
  pending: 'INVALID_TRANSITION',
  confirmed: 'INVALID_TRANSITION',
  preparing: 'INVALID_TRANSITION',
  ready: 'INVALID_TRANSITION',
  assigned: 'ORDER_ALREADY_ASSIGNED',
  picked_up: 'ORDER_ALREADY_ASSIGNED',
  in_transit: 'ORDER_ALREADY_ASSIGNED',
  delivered: 'ORDER_ALREADY_ASSIGNED',
  failed: 'ORDER_ALREADY_ASSIGNED',
  cancelled: 'INVALID_TRANSITION',
};

describe('why a partner cannot have an order', () => {
  it.each(ORDER_STATUSES)('that is %s names the state that won', (status) => {
    for (const lock of [null, lockOf(ME, 60_000)]) {
      const refusal = refusalOf({ status, lock }, ME, NOW);
      expect([refusal.code, refusal.extra['state']]).toEqual([REFUSALS[status], status]);
    }
  });

  it.each(ORDER_STATUSES.filter((status) => status !== 'ready'))(
    'that is %s is never a rival’s lock: that is over with `ready`',
    (status) => {
      expect(refusalOf({ status, lock: lockOf(RIVAL, 60_000) }, ME, NOW).code).toBe(REFUSALS[status]);
    },
  );

  it('is a rival’s lock while it holds, with the whole seconds that are left of it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600_000 }), (left) => {
        const lock = lockOf(RIVAL, left);
        const refusal = refusalOf({ status: 'ready', lock }, ME, NOW);
        expect(refusal.code).toBe('ORDER_LOCKED');
        expect(refusal.extra).toEqual({
          retryAfter: Math.ceil(left / 1000),
          state: 'ready',
          expiresAt: lock.expiresAt.toISOString(),
        });
        // whoever comes back when told to finds it open
        const back = new Date(NOW.getTime() + refusal.extra.retryAfter! * 1000);
        expect(refusalOf({ status: 'ready', lock }, ME, back).code).toBe('INVALID_TRANSITION');
      }),
      { numRuns: 1000 },
    );
  });

  it.each([0, -1, -60_000])('is no lock that ended %i ms from now', (left) => {
    expect(refusalOf({ status: 'ready', lock: lockOf(RIVAL, left) }, ME, NOW).code).toBe('INVALID_TRANSITION');
  });

  it('tells the one who asks what they may do instead', () => {
    const refused = (status: OrderStatus, ...asker: ['admin'] | []) =>
      refusalOf({ status, lock: null }, ME, NOW, ...asker);
    expect(refused('pending').extra).toEqual({ from: 'pending', to: 'assigned', state: 'pending', allowed: [] });
    expect(refused('pending', 'admin').extra['allowed']).toEqual(['confirmed', 'cancelled']);
    expect(refused('ready').extra['allowed']).toEqual(['assigned']);
    expect(refused('cancelled', 'admin').extra['allowed']).toEqual([]);
    expect(refused('cancelled').detail).toBe('an order that is cancelled cannot be taken');
  });
});
