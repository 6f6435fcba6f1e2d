import { describe, expect, it } from '@jest/globals';
import { type ActorRole, isActive, isClosed, movesFor, ORDER_STATUSES, type OrderStatus } from './index';

/** The contract's table, written down once more by hand: from → to → who. */
const TABLE: Record<OrderStatus, Partial<Record<OrderStatus, ActorRole[]>>> = {
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
};
const ROLES: ActorRole[] = ['customer', 'partner', 'admin', 'system'];

describe('who may move an order from where to where', () => {
  for (const from of ORDER_STATUSES) {
    it.each(ROLES)(`from ${from}, a %s may do what the contract says and nothing else`, (role) => {
      const allowed = ORDER_STATUSES.filter((to) => TABLE[from][to]?.includes(role));
      expect(movesFor(from, role).toSorted()).toEqual(allowed.toSorted());
    });
  }
});

describe('where an order stands', () => {
  it.each(ORDER_STATUSES)('%s counts against a partner, is closed, or neither', (status) => {
    const active = ['assigned', 'picked_up', 'in_transit'].includes(status);
    const closed = ['delivered', 'cancelled'].includes(status);
    expect([isActive(status), isClosed(status)]).toEqual([active, closed]);
  });
});
