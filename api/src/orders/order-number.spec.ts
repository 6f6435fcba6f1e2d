import { expect, it } from '@jest/globals';
import { newOrderNumber } from './order-number';

const MANY = Array.from({ length: 2000 }, () => newOrderNumber());

it('looks like QC-7K3F9D, without letters that are mistaken for others on the phone', () => {
  for (const number of MANY) expect(number).toMatch(/^QC-[0-9A-HJKMNP-TV-Z]{6}$/);
});

it('uses the whole alphabet at every place', () => {
  for (let place = 3; place < 9; place += 1) expect(new Set(MANY.map((number) => number[place])).size).toBe(32);
});

it('hardly ever makes one twice', () => {
  // 2000 of 2^30: two alike are expected once in some 500 runs, three never
  expect(new Set(MANY).size).toBeGreaterThanOrEqual(1999);
});
