import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shareOf } from './rounding';

const amounts = fc.integer({ min: 0, max: 1_000_000_000 });
const RUNS = { numRuns: 1000 };
const rates = fc.integer({ min: 0, max: 10_000 });

/** The same rule said another way: of the two whole neighbours the nearer, of two equally near the even one. */
function nearestEven(amount: number, rateBps: number): number {
  const exact = BigInt(amount) * BigInt(rateBps);
  const below = exact / 10_000n;
  const above = below + 1n;
  const [toBelow, toAbove] = [exact - below * 10_000n, above * 10_000n - exact];
  if (toBelow === toAbove) return Number(below % 2n === 0n ? below : above);
  return Number(toBelow < toAbove ? below : above);
}

describe('shareOf', () => {
  it('is the nearest whole unit, and the even one of two that are equally near', () => {
    fc.assert(
      fc.property(amounts, rates, (amount, rate) => expect(shareOf(amount, rate)).toBe(nearestEven(amount, rate))),
      RUNS,
    );
  });

  it('goes to the even side of every exact half', () => {
    // at 50 % each odd amount is a half: 1 → 0, 3 → 2, 5 → 2, 7 → 4
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 500_000_000 }), (half) => {
        const share = shareOf(2 * half + 1, 5000);
        expect(share % 2).toBe(0);
        expect(Math.abs(share - half - 0.5)).toBe(0.5);
      }),
      RUNS,
    );
  });

  it('favours neither side: the halves of a long receipt cancel out', () => {
    const halves = Array.from({ length: 1000 }, (_, index) => 2 * index + 1);
    const rounded = halves.reduce((sum, amount) => sum + shareOf(amount, 5000), 0);
    expect(rounded).toBe(halves.reduce((sum, amount) => sum + amount, 0) / 2);
  });

  it('grows with the amount and with the rate, and never beyond the amount', () => {
    fc.assert(
      fc.property(amounts, rates, (amount, rate) => {
        const share = shareOf(amount, rate);
        expect(share).toBeLessThanOrEqual(amount);
        expect(shareOf(amount + 1, rate)).toBeGreaterThanOrEqual(share);
        expect(shareOf(amount, rate + 1)).toBeGreaterThanOrEqual(share);
      }),
      RUNS,
    );
  });

  it('stays exact where a product of two floats would not', () => {
    // 900 719 925 474 099 × 9 999 is beyond 2^53
    expect(shareOf(900_719_925_474_099, 9_999)).toBe(nearestEven(900_719_925_474_099, 9_999));
  });

  it('takes no fraction of a minor unit', () => {
    expect(() => shareOf(0.5, 500)).toThrow(RangeError);
  });
});
