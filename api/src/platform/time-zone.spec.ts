import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startOfDay } from './time-zone';

const dayIn = (timeZone: string): ((moment: number) => string) => {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  return (moment) => format.format(moment);
};

/** Zones whose clocks change at every hour that clocks do change at, midnight included, and some that never do. */
const ZONES = [
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Europe/Berlin',
  'America/New_York',
  'America/Santiago',
  'America/Havana',
  'America/St_Johns',
  'Asia/Beirut',
  'Africa/Cairo',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'UTC',
];
const HOUR = 3_600_000;
const YEAR_BEGINS = Date.UTC(2026, 0, 1);

describe('startOfDay', () => {
  it.each(ZONES)('is the first moment of that day in %s, every day of a year', (zone) => {
    const dayOf = dayIn(zone);
    const wrong: string[] = [];
    for (let moment = YEAR_BEGINS; moment < YEAR_BEGINS + 365 * 24 * HOUR; moment += 11 * HOUR) {
      const start = startOfDay(new Date(moment), zone).getTime();
      const right = start <= moment && dayOf(start) === dayOf(moment) && dayOf(start - 1) !== dayOf(moment);
      if (!right) wrong.push(`${new Date(moment).toISOString()} gave ${new Date(start).toISOString()}`);
    }
    expect(wrong).toEqual([]);
  });

  it('is the first moment of the day anywhere, any time', () => {
    const zone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));
    const moment = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2036, 0, 1) });
    fc.assert(
      fc.property(zone, moment, (where, when) => {
        const dayOf = dayIn(where);
        const start = startOfDay(new Date(when), where).getTime();
        expect([start <= when, dayOf(start), dayOf(start - 1) !== dayOf(when)]).toEqual([true, dayOf(when), true]);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['to the first moment there is, where midnight is skipped', '2026-09-06T12:00:00Z', 'America/Santiago', '04:00'],
    ['to the first of two midnights', '2026-11-01T12:00:00Z', 'America/Havana', '04:00'],
    ['to a half-hour zone’s midnight', '2026-11-23T00:00:00Z', 'Asia/Kolkata', '18:30'],
  ])('goes %s', (_what, moment, zone, time) => {
    expect(startOfDay(new Date(moment), zone).toISOString().slice(11, 16)).toBe(time);
  });

  it('is nowhere where there is no such zone', () => {
    expect(() => startOfDay(new Date(), 'Bengaluru')).toThrow(RangeError);
  });
});
