import { describe, expect, it } from '@jest/globals';
import { ORDER_STATUSES, type OrderStatus } from '@qc/contracts';
import { Types } from 'mongoose';
import { needsContact, type Sight, sightOf } from './order.policy';
import type { OrderRecord } from './order.schema';

const [customerId, partnerId, otherId] = [1, 2, 3].map(() => new Types.ObjectId()) as [
  Types.ObjectId,
  Types.ObjectId,
  Types.ObjectId,
];

function order(status: OrderStatus, holder: Types.ObjectId | null = null): OrderRecord {
  return { status, customerId, partnerId: holder } as OrderRecord;
}

describe('sightOf', () => {
  const READY = order('ready');
  const ASSIGNED = order('assigned', partnerId);
  const [customer, partner, other] = [customerId, partnerId, otherId].map((id) => id.toHexString()) as [
    string,
    string,
    string,
  ];

  it.each<[string, OrderRecord, Parameters<typeof sightOf>[1], Sight | null]>([
    ['an admin', ASSIGNED, { id: other, role: 'admin' }, 'admin'],
    ['its customer', ASSIGNED, { id: customer, role: 'customer' }, 'customer'],
    ['another customer', ASSIGNED, { id: other, role: 'customer' }, null],
    ['its partner', ASSIGNED, { id: partner, role: 'partner' }, 'partner'],
    ['its partner, gone offline', ASSIGNED, { id: partner, role: 'partner', available: false }, 'partner'],
    ['another partner', ASSIGNED, { id: other, role: 'partner', available: true }, null],
    ['a partner at work, while it waits', READY, { id: other, role: 'partner', available: true }, 'browser'],
    ['a partner who is offline, while it waits', READY, { id: other, role: 'partner', available: false }, null],
    ['a partner nobody asked about', READY, { id: other, role: 'partner' }, null],
    ['another customer, while it waits', READY, { id: other, role: 'customer', available: true }, null],
    // an account has one role: who has the customer's id as a partner is somebody else
    ['a partner with the customer’s id', ASSIGNED, { id: customer, role: 'partner', available: true }, null],
    ['a customer with the partner’s id', ASSIGNED, { id: partner, role: 'customer' }, null],
  ])('shows an order to %s as it should', (_who, record, viewer, sight) => {
    expect(sightOf(record, viewer)).toBe(sight);
  });

  it.each(ORDER_STATUSES.filter((status) => status !== 'ready'))('lets no partner browse what is %s', (status) => {
    expect(sightOf(order(status), { id: other, role: 'partner', available: true })).toBeNull();
  });
});

describe('needsContact', () => {
  const OPEN: OrderStatus[] = ['assigned', 'picked_up', 'in_transit', 'failed'];

  it.each(ORDER_STATUSES)('opens the way to the customer while the partner has the goods in hand: %s', (status) => {
    expect(needsContact(order(status, partnerId))).toBe(OPEN.includes(status));
  });

  it.each<[string, OrderStatus, Types.ObjectId | null, boolean]>([
    ['still under way with the same partner', 'in_transit', partnerId, true],
    ['delivered', 'delivered', partnerId, false],
    ['given back', 'ready', null, false],
    ['with another partner', 'assigned', otherId, false],
  ])('opens an earlier version only if the order is today %s', (_today, status, holder, open) => {
    const earlier = { ...order('assigned', partnerId), today: { status, partnerId: holder } };
    expect(needsContact(earlier)).toBe(open);
  });
});
