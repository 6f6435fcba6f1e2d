import { formatMoney } from './money-pipe';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('formatMoney', () => {
  it.each([
    [12_900, 'INR', '₹129.00'],
    [5, 'INR', '₹0.05'],
    [0, 'USD', '$0.00'],
    [-12_345, 'USD', '-$123.45'],
    [500, 'JPY', '¥500'],
    [1_234_567, 'KWD', 'KWD 1,234.567'],
  ])('sets the point where the currency has it: %d %s is %s', (amount, currency, text) => {
    expect(plain(formatMoney(amount, currency))).toBe(text);
  });

  it('is exact where a float is not', () => {
    expect(formatMoney(9_007_199_254_740_991, 'USD')).toBe('$90,071,992,547,409.91');
    expect(formatMoney(920, 'USD')).toBe('$9.20');
  });

  it('leaves out a fraction of nothing where it is short, and only then', () => {
    expect(formatMoney(12_900, 'INR', 'short')).toBe('₹129');
    expect(formatMoney(12_950, 'INR', 'short')).toBe('₹129.50');
  });
});
