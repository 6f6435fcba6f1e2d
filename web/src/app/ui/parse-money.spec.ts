import { moneyText, parseMoney } from './parse-money';

describe('parseMoney', () => {
  it.each([
    ['12', 2, 1200],
    ['12.5', 2, 1250],
    ['12,50', 2, 1250],
    ['0.07', 2, 7],
    ['19.99', 2, 1999],
    ['1200', 0, 1200],
    ['1.234', 3, 1234],
  ])('reads %s with %i decimals as %i minor units', (text, digits, amount) => {
    expect(parseMoney(text, digits)).toBe(amount);
  });

  it.each(['', '-1', '1.999', '1.2.3', 'a', '1e3'])('refuses %p', (text) => {
    expect(parseMoney(text, 2)).toBeUndefined();
  });

  it('reads back what moneyText writes', () => {
    for (const amount of [0, 5, 99, 100, 123456]) expect(parseMoney(moneyText(amount, 2), 2)).toBe(amount);
  });
});
