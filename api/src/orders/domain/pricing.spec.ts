import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lineTotal, priceBasket, tripPay } from './pricing';
import { shareOf } from './rounding';

const RUNS = { numRuns: 1000 };
const TARIFF = { deliveryFee: 2900, freeDeliveryFrom: 49_900, taxRateBps: 500, tripPayBase: 2500, tripPayPerKm: 800 };
const line = fc.record({
  unitPrice: fc.integer({ min: 0, max: 10_000_000 }),
  quantity: fc.integer({ min: 1, max: 99 }),
});
const basket = fc.array(line, { minLength: 1, maxLength: 50 });
const tips = fc.integer({ min: 0, max: 100_000 });
const tariffs = fc.record({
  deliveryFee: fc.integer({ min: 0, max: 100_000 }),
  freeDeliveryFrom: fc.option(fc.integer({ min: 0, max: 100_000_000 }), { nil: undefined }),
  taxRateBps: fc.integer({ min: 0, max: 10_000 }),
  tripPayBase: fc.integer({ min: 0, max: 100_000 }),
  tripPayPerKm: fc.integer({ min: 0, max: 100_000 }),
});

/** On paper: the exact product written out with its four decimals, then rounded by looking at the digits. */
function onPaper(amount: number, rateBps: number): number {
  const digits = String(BigInt(amount) * BigInt(rateBps)).padStart(5, '0');
  const [whole, decimals] = [digits.slice(0, -4), digits.slice(-4)];
  const up = decimals > '5000' || (decimals === '5000' && '13579'.includes(whole.at(-1)!));
  return Number(BigInt(whole) + (up ? 1n : 0n));
}

describe('shareOf', () => {
  it.each([
    [100, 500, 5],
    [110, 500, 6], // 5.5 to the even 6
    [130, 500, 6], // 6.5 to the even 6
    [90, 500, 4], // 4.5 to the even 4
    [91, 500, 5],
    [0, 500, 0],
    [999, 10_000, 999],
  ])('takes of %i at %i basis points %i', (amount, rate, share) => {
    expect(shareOf(amount, rate)).toBe(share);
  });

  it('is never more than half a unit from the exact value', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), fc.integer({ min: 0, max: 10_000 }), (amount, rate) => {
        const off = BigInt(shareOf(amount, rate)) * 10_000n - BigInt(amount) * BigInt(rate);
        expect((off < 0n ? -off : off) <= 5_000n).toBe(true);
      }),
      RUNS,
    );
  });
});

describe('priceBasket', () => {
  it('adds up, in integers, whatever is in the basket', () => {
    fc.assert(
      fc.property(basket, tariffs, tips, (lines, tariff, tip) => {
        const price = priceBasket(lines, tariff, tip);
        expect(Object.values(price).every((part) => Number.isSafeInteger(part) && part >= 0)).toBe(true);
        expect(price.total).toBe(price.subtotal + price.deliveryFee + price.tax + price.tip - price.discount);
        expect(price.subtotal).toBe(lines.reduce((sum, { unitPrice, quantity }) => sum + unitPrice * quantity, 0));
        expect([price.tip, price.discount]).toEqual([tip, 0]);
      }),
      RUNS,
    );
  });

  it('is what its lines come to, each with its own tax, as somebody would do it on paper', () => {
    fc.assert(
      fc.property(basket, tariffs, (lines, tariff) => {
        const { subtotal, tax } = priceBasket(lines, tariff);
        const totals = lines.map(lineTotal);
        expect(subtotal).toBe(totals.reduce((sum, total) => sum + total, 0));
        expect(tax).toBe(totals.reduce((sum, total) => sum + onPaper(total, tariff.taxRateBps), 0));
      }),
      RUNS,
    );
  });

  it('does not depend on the order of its lines', () => {
    fc.assert(
      fc.property(basket, tariffs, tips, (lines, tariff, tip) => {
        expect(priceBasket([...lines].reverse(), tariff, tip)).toEqual(priceBasket(lines, tariff, tip));
      }),
      RUNS,
    );
  });

  it('rounds tax per line, as a receipt shows it', () => {
    const lines = Array.from({ length: 3 }, () => ({ unitPrice: 110, quantity: 1 }));
    expect(priceBasket(lines, TARIFF).tax).toBe(18); // 6 + 6 + 6, where 5 % of 330 would be 16.5
  });

  it('delivers for nothing from the amount that the store says, and not a unit below', () => {
    expect(priceBasket([{ unitPrice: 49_900, quantity: 1 }], TARIFF).deliveryFee).toBe(0);
    expect(priceBasket([{ unitPrice: 49_899, quantity: 1 }], TARIFF).deliveryFee).toBe(2900);
  });

  it('counts neither tax nor tip towards a free delivery', () => {
    const dear = { ...TARIFF, taxRateBps: 10_000 };
    expect(priceBasket([{ unitPrice: 40_000, quantity: 1 }], dear, 50_000)).toEqual({
      subtotal: 40_000,
      deliveryFee: 2900,
      tax: 40_000,
      tip: 50_000,
      discount: 0,
      total: 132_900,
    });
  });

  it('never delivers for nothing in a store that names no such amount', () => {
    const { freeDeliveryFrom: _none, ...tariff } = TARIFF;
    expect(priceBasket([{ unitPrice: 10_000_000, quantity: 99 }], tariff).deliveryFee).toBe(2900);
  });

  it('carries no tip unless one is given', () => {
    expect(priceBasket([{ unitPrice: 100, quantity: 1 }], TARIFF)).toMatchObject({ tip: 0, total: 100 + 5 + 2900 });
  });
});

describe('tripPay', () => {
  it.each([
    [undefined, 2500],
    [0, 2500],
    [1000, 3300],
    [1312, 3550],
  ])('of %p metres is %i', (meters, pay) => {
    expect(tripPay(meters, TARIFF)).toBe(pay);
  });

  it('is the base, and the store’s rate for each kilometre, to a tenth of a metre', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), tariffs, (tenths, tariff) => {
        expect(tripPay(tenths / 10, tariff)).toBe(tariff.tripPayBase + onPaper(tariff.tripPayPerKm, tenths));
      }),
      RUNS,
    );
  });
});
