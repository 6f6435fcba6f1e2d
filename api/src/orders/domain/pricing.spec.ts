import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { priceBasket, tripPay } from './pricing';
import { shareOf } from './rounding';

const TARIFF = { deliveryFee: 2900, freeDeliveryFrom: 49_900, taxRateBps: 500, tripPayBase: 2500, tripPayPerKm: 800 };
const line = fc.record({
  unitPrice: fc.integer({ min: 0, max: 10_000_000 }),
  quantity: fc.integer({ min: 1, max: 99 }),
});

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
    );
  });
});

describe('priceBasket', () => {
  it('adds up, in integers, whatever is in the basket', () => {
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 50 }),
        fc.integer({ min: 0, max: 100_000 }),
        (lines, tip) => {
          const price = priceBasket(lines, TARIFF, tip);
          expect(Object.values(price).every(Number.isSafeInteger)).toBe(true);
          expect(price.total).toBe(price.subtotal + price.deliveryFee + price.tax + price.tip - price.discount);
          expect(price.subtotal).toBe(lines.reduce((sum, { unitPrice, quantity }) => sum + unitPrice * quantity, 0));
        },
      ),
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
});
