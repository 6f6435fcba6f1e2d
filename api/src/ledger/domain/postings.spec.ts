import { describe, expect, it } from '@jest/globals';
import type { Totals } from '@qc/contracts';
import fc from 'fast-check';
import { cashTaken, charge, earning, payment, payout, type Posting, posting, refund, reversal } from './postings';

/** Minor units: up to what a very large order comes to. */
const amount = fc.integer({ min: 0, max: 10_000_000 });

const totals: fc.Arbitrary<Totals> = fc
  .record({ subtotal: amount, deliveryFee: amount, tax: amount, tip: amount, share: fc.nat(100) })
  .map(({ share, ...parts }) => {
    const discount = Math.floor((parts.subtotal * share) / 100);
    return { ...parts, discount, total: parts.subtotal + parts.deliveryFee + parts.tax + parts.tip - discount };
  });

const ORDER: Totals = { subtotal: 9000, deliveryFee: 2900, tax: 450, tip: 700, discount: 500, total: 12_550 };

const sum = ({ lines }: Posting): number => lines.reduce((total, line) => total + line.amount, 0);

/** What each account comes to after these entries, without those that come to nothing. */
function balances(...postings: Posting[]): Record<string, number> {
  const all: Record<string, number> = {};
  for (const { account, amount: line } of postings.flatMap(({ lines }) => lines))
    all[account] = (all[account] ?? 0) + line;
  return Object.fromEntries(Object.entries(all).filter(([, balance]) => balance !== 0));
}

describe('the entries of the books', () => {
  it.each<[what: string, book: () => Posting, expected: Posting]>([
    [
      'an order that is placed is owed by its customer',
      () => charge('c', ORDER),
      {
        kind: 'charge',
        lines: [
          { account: 'customer:c', amount: 12_550 },
          { account: 'sales', amount: -9000 },
          { account: 'delivery_fees', amount: -2900 },
          { account: 'tax', amount: -450 },
          { account: 'tips', amount: -700 },
          { account: 'discounts', amount: 500 },
        ],
      },
    ],
    [
      'a payment is at the provider',
      () => payment('c', 12_550),
      {
        kind: 'payment',
        lines: [
          { account: 'provider', amount: 12_550 },
          { account: 'customer:c', amount: -12_550 },
        ],
      },
    ],
    [
      'cash is in the partner’s hand',
      () => cashTaken('c', 'p', 12_550),
      {
        kind: 'cash',
        lines: [
          { account: 'cash:p', amount: 12_550 },
          { account: 'customer:c', amount: -12_550 },
        ],
      },
    ],
    [
      'a delivery earns the partner the trip’s pay and the tip',
      () => earning('p', 4100, 700),
      {
        kind: 'earning',
        lines: [
          { account: 'delivery_costs', amount: 4100 },
          { account: 'tips', amount: 700 },
          { account: 'partner:p', amount: -4800 },
        ],
      },
    ],
    [
      'a cancelled order is owed no longer, but for the fee',
      () => reversal('c', ORDER, 2500),
      {
        kind: 'reversal',
        lines: [
          { account: 'sales', amount: 9000 },
          { account: 'delivery_fees', amount: 2900 },
          { account: 'tax', amount: 450 },
          { account: 'tips', amount: 700 },
          { account: 'discounts', amount: -500 },
          { account: 'cancellation_fees', amount: -2500 },
          { account: 'customer:c', amount: -10_050 },
        ],
      },
    ],
    [
      'a refund leaves the provider',
      () => refund('c', 10_050),
      {
        kind: 'refund',
        lines: [
          { account: 'customer:c', amount: 10_050 },
          { account: 'provider', amount: -10_050 },
        ],
      },
    ],
    [
      'a payout keeps the cash in hand against what is owed',
      () => payout('p', 4800, 1000),
      {
        kind: 'payout',
        lines: [
          { account: 'partner:p', amount: 4800 },
          { account: 'cash:p', amount: -1000 },
          { account: 'bank', amount: -3800 },
        ],
      },
    ],
  ])('%s', (_what, book, expected) => {
    expect(book()).toEqual(expected);
  });

  it('leave lines of nothing out', () => {
    expect(charge('c', { ...ORDER, tip: 0, discount: 0, total: 12_350 }).lines).toHaveLength(4);
    expect(earning('p', 0, 0).lines).toEqual([]);
  });

  it('sum to zero, whatever the amounts', () => {
    fc.assert(
      fc.property(totals, amount, amount, amount, (order, a, b, fee) => {
        const all = [
          charge('c', order),
          payment('c', a),
          cashTaken('c', 'p', a),
          earning('p', a, b),
          reversal('c', order, fee),
          refund('c', b),
          payout('p', a, b),
        ];
        for (const one of all) expect(sum(one)).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('of an order that is cancelled after it was paid leave the fee, and nothing else', () => {
    fc.assert(
      fc.property(totals, fc.nat(100), (order, share) => {
        const fee = Math.floor((order.total * share) / 100);
        const left = balances(
          charge('c', order),
          payment('c', order.total),
          reversal('c', order, fee),
          refund('c', order.total - fee),
        );
        expect(left).toEqual(fee ? { provider: fee, cancellation_fees: -fee } : {});
      }),
      { numRuns: 2000 },
    );
  });

  it('of a delivery in cash that is settled leave the customer and the partner owing nothing', () => {
    fc.assert(
      fc.property(totals, amount, (order, tripPay) => {
        const left = balances(
          charge('c', order),
          earning('p', tripPay, order.tip),
          cashTaken('c', 'p', order.total),
          payout('p', tripPay + order.tip, order.total),
        );
        for (const account of ['customer:c', 'partner:p', 'cash:p', 'tips']) expect(left).not.toHaveProperty(account);
        expect(left['bank'] ?? 0).toBe(order.total - tripPay - order.tip);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('an entry that would not balance', () => {
  it('is a fault, and says by how much', () => {
    const off = [
      { account: 'provider', amount: 100 },
      { account: 'bank', amount: -99 },
    ] as const;
    expect(() => posting('payment', off)).toThrow('a payment that is off by 1');
    expect(() => charge('c', { ...ORDER, total: 12_549 })).toThrow('a charge that is off by -1');
  });

  it.each([0.5, NaN, Infinity, 2 ** 53])('is a fault when an amount is %p, even if it adds up', (broken) => {
    const lines = [
      { account: 'provider', amount: broken },
      { account: 'bank', amount: -broken },
    ] as const;
    expect(() => posting('payment', lines)).toThrow('a payment of a broken amount');
  });
});
