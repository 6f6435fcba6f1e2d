import { describe, expect, it } from '@jest/globals';
import { startOfDay } from './time-zone';

describe('startOfDay', () => {
  it.each([
    ['2026-11-23T05:00:00Z', 'Asia/Kolkata', '2026-11-22T18:30:00.000Z'],
    ['2026-11-22T18:29:59Z', 'Asia/Kolkata', '2026-11-21T18:30:00.000Z'],
    ['2026-11-23T05:00:00Z', 'UTC', '2026-11-23T00:00:00.000Z'],
    // the day that clocks go forward in Berlin, and the day that they go back
    ['2026-03-29T12:00:00Z', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
    ['2026-10-25T12:00:00Z', 'Europe/Berlin', '2026-10-24T22:00:00.000Z'],
    ['2026-07-01T03:00:00Z', 'America/New_York', '2026-06-30T04:00:00.000Z'],
  ])('of %s in %s is %s', (moment, zone, midnight) => {
    expect(startOfDay(new Date(moment), zone).toISOString()).toBe(midnight);
  });
});
