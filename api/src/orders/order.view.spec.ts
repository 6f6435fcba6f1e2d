import { describe, expect, it } from '@jest/globals';
import { type Order, ORDER_STATUSES, type OrderStatus } from '@qc/contracts';
import { Types } from 'mongoose';
import type { Sight } from './order.policy';
import type { OrderRecord } from './order.schema';
import { type OrderFacts, orderView, trackedView } from './order.view';

const NOW = new Date('2026-11-23T05:10:00Z');
const AT = new Date('2026-11-23T05:00:00Z');
const [orderId, customerId, partnerId, storeId, productId] = Array.from({ length: 5 }, () => new Types.ObjectId()) as [
  Types.ObjectId,
  Types.ObjectId,
  Types.ObjectId,
  Types.ObjectId,
  Types.ObjectId,
];

/** Every word here is unlike any other, so that it can be looked for in an answer. */
const SECRET = {
  customerPhone: '+91 11111 11111',
  customerName: 'Ashalata',
  customerSurname: 'Raoxyz',
  partnerPhone: '+91 22222 22222',
  partnerSurname: 'Kumarxyz',
  instructions: 'key under the mat',
  note: 'no onions please',
  token: 'tok3nOfTheLink',
  code: '4711',
  state: 'Karnataka-state',
  historyNote: 'gave it back because of rain',
  requestKey: 'my-idempotency-key',
};

function record(status: OrderStatus, change: Partial<OrderRecord> = {}): OrderRecord {
  return {
    _id: orderId,
    number: 'QC-7K3F9D',
    version: 5,
    status,
    currency: 'INR',
    customerId,
    partnerId: ['pending', 'confirmed', 'preparing', 'ready', 'cancelled'].includes(status) ? null : partnerId,
    storeId,
    items: [{ productId, name: 'Tea', imageUrl: '/images/tea.svg', unitPrice: 1000, quantity: 2, total: 2000 }],
    subtotal: 2000,
    deliveryFee: 2900,
    tax: 100,
    tip: 500,
    discount: 0,
    total: 5500,
    paymentMethod: 'cash',
    paymentStatus: 'pending',
    deliveryAddress: {
      label: 'home',
      street: '5 Park Lane',
      city: 'Bengaluru',
      state: SECRET.state,
      zipCode: '560038',
      instructions: SECRET.instructions,
      location: { lat: 12.91234, lng: 77.61234 },
    },
    lock: null,
    note: SECRET.note,
    distanceMeters: 2100,
    tripPay: 4180,
    reason: null,
    placedAt: AT,
    updatedAt: AT,
    deliveredAt: null,
    trackingToken: SECRET.token,
    deliveryCode: SECRET.code,
    rating: null,
    history: [
      { seq: 1, status: 'pending', at: AT, by: { id: customerId, role: 'customer' } },
      { seq: 4, status: 'ready', at: AT, by: { id: partnerId, role: 'partner' }, note: SECRET.historyNote },
    ],
    ...change,
  };
}

const FACTS: OrderFacts = {
  driven: true,
  store: {
    _id: storeId,
    name: 'Green Basket',
    location: { lat: 12.9719, lng: 77.6412 },
    address: 'x',
    timeZone: 'Asia/Kolkata',
    currency: 'INR',
    deliveryRadiusMeters: 8000,
    open: true,
    settings: {} as OrderFacts['store']['settings'],
  },
  customer: {
    _id: customerId,
    profile: { firstName: SECRET.customerName, lastName: SECRET.customerSurname, phone: SECRET.customerPhone },
  },
  partner: {
    _id: partnerId,
    profile: { firstName: 'Ravi', lastName: SECRET.partnerSurname, phone: SECRET.partnerPhone },
    vehicle: { type: 'scooter', plate: 'KA 03 HB 2214' },
  },
  partnerState: { _id: partnerId, position: { lat: 12.95555, lng: 77.65555, at: AT } } as OrderFacts['partnerState'],
  now: NOW,
};

const view = (
  status: OrderStatus,
  sight: Sight,
  change?: Partial<OrderRecord>,
  facts: Partial<OrderFacts> = {},
): Order => orderView(record(status, change), { ...FACTS, ...facts }, sight, partnerId.toHexString());

describe('an order in the eyes of a partner who browses', () => {
  const seen = view('ready', 'browser');

  it.each(Object.entries(SECRET))('holds no %s', (_what, secret) => {
    expect(JSON.stringify(seen)).not.toContain(secret);
  });

  it('holds no id of a person, no place of a door and no link', () => {
    const text = JSON.stringify(seen);
    for (const id of [customerId, partnerId]) expect(text).not.toContain(id.toHexString());
    expect(text).not.toContain('12.91234');
    expect(Object.keys(seen)).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(customer|trackingUrl|deliveryCode|note|reason|rating)$/)]),
    );
  });

  it('shows the street and the area, what the trip pays and how far it is', () => {
    expect(seen.deliveryAddress).toEqual({ street: '5 Park Lane', city: 'Bengaluru', zipCode: '560038' });
    expect(seen).toMatchObject({ tripPay: 4180, distanceMeters: 2100, total: 5500, tip: 500 });
  });

  it('keeps who did what to the role', () => {
    expect(seen.history.map(({ by }) => by)).toEqual([{ role: 'customer' }, { role: 'partner' }]);
  });
});

describe('what each party may not see', () => {
  const PARTIES = ['customer', 'partner', 'admin'] as const;

  it.each(ORDER_STATUSES.flatMap((status) => PARTIES.map((sight) => [status, sight] as const)))(
    'of an order that is %s is absent for the %s',
    (status, sight) => {
      const seen = view(status, sight);
      const text = JSON.stringify(seen);
      expect('trackingUrl' in seen).toBe(sight !== 'partner');
      expect(text.includes(SECRET.token)).toBe(sight !== 'partner');
      expect('deliveryCode' in seen).toBe(sight === 'customer');
      expect(text.includes(SECRET.code)).toBe(sight === 'customer');
      expect('tripPay' in seen).toBe(sight !== 'customer');
      // nobody's: surnames, plates, keys, e-mails
      for (const secret of [SECRET.customerSurname, SECRET.partnerSurname, SECRET.requestKey, 'KA 03'])
        expect(text).not.toContain(secret);
    },
  );

  it.each(ORDER_STATUSES)('a partner has the way to the customer only while it is needed: %s', (status) => {
    const inHand = ['assigned', 'picked_up', 'in_transit', 'failed'].includes(status);
    const text = JSON.stringify(view(status, 'partner', { partnerId }));
    for (const secret of [SECRET.customerPhone, SECRET.instructions, '12.91234']) {
      expect([secret, text.includes(secret)]).toEqual([secret, inHand]);
    }
  });

  it.each(ORDER_STATUSES)('a customer has the partner’s phone and place only while one is under way: %s', (status) => {
    const text = JSON.stringify(view(status, 'customer', { partnerId }));
    const active = ['assigned', 'picked_up', 'in_transit'].includes(status);
    expect(text.includes(SECRET.partnerPhone)).toBe(active || status === 'failed');
    expect(text.includes('12.95555')).toBe(active);
  });

  it('leaves out what is not known instead of saying null', () => {
    const seen = view('ready', 'customer', { note: undefined, distanceMeters: undefined, deliveryCode: null });
    for (const name of ['note', 'distanceMeters', 'deliveryCode', 'reason', 'rating', 'deliveredAt'])
      expect([name, name in seen]).toEqual([name, false]);
    expect(seen).toMatchObject({ partner: null, lock: null });
  });
});

describe('the lock of an order', () => {
  const lock = { partnerId, expiresAt: new Date(NOW.getTime() + 60_000), renewals: 0 };

  it.each<[Sight, object | null]>([
    ['browser', { expiresAt: lock.expiresAt.toISOString(), mine: true }],
    ['admin', { expiresAt: lock.expiresAt.toISOString(), mine: true }],
    ['customer', null],
  ])('is for the %s as it should', (sight, expected) => {
    expect(view('ready', sight, { lock }).lock).toEqual(expected);
  });

  it('is somebody else’s for another reader, without saying whose', () => {
    const seen = orderView(record('ready', { lock }), FACTS, 'browser', customerId.toHexString());
    expect(seen.lock).toEqual({ expiresAt: lock.expiresAt.toISOString(), mine: false });
    expect(JSON.stringify(seen)).not.toContain(partnerId.toHexString());
  });

  it.each([
    ['at the moment that it ends', 'ready', NOW],
    ['once the order has moved on', 'assigned', lock.expiresAt],
  ] as const)('is gone %s', (_when, status, expiresAt) => {
    expect(view(status, 'admin', { lock: { ...lock, expiresAt } }).lock).toBeNull();
  });
});

describe('where the partner is', () => {
  it.each([
    ['customer', true, true],
    ['customer', false, false],
    ['partner', false, true],
    ['admin', false, true],
  ] as const)('the %s, driven to: %s, sees it: %s', (sight, driven, sees) => {
    expect('location' in view('in_transit', sight, {}, { driven }).partner!).toBe(sees);
  });
});

describe('the public view', () => {
  const PUBLIC = ['id', 'number', 'version', 'status', 'eta', 'store', 'partner', 'updatedAt'];

  it.each(ORDER_STATUSES)('of an order that is %s is the reduced one and nothing else', (status) => {
    const seen = trackedView(record(status), FACTS);
    expect(Object.keys(seen).toSorted()).toEqual(PUBLIC.toSorted());
    expect(Object.keys(seen.store).toSorted()).toEqual(['location', 'name']);
    const text = JSON.stringify(seen);
    for (const secret of [...Object.values(SECRET), '5 Park Lane', '12.91234', partnerId.toHexString()])
      expect(text).not.toContain(secret);
  });

  it.each(ORDER_STATUSES)('shows where the partner is only on the way with the goods: %s', (status) => {
    const shows = (driven: boolean): boolean =>
      JSON.stringify(trackedView(record(status, { partnerId }), { ...FACTS, driven })).includes('12.95555');
    expect([shows(true), shows(false)]).toEqual([status === 'picked_up' || status === 'in_transit', false]);
  });
});
