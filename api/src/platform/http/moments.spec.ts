import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { IsDate, validateSync } from 'class-validator';
import { IsMoment, MomentFromQuery, parseMoment } from './moments';

class InBody {
  @IsMoment() at!: unknown;
}
class InQuery {
  @MomentFromQuery() @IsDate() from!: unknown;
}

/** What `Date` takes for a time, and nobody means as one. */
const NONE = ['', '0.5', '7', '2026', 'yesterday', '2026-02-30', '2026-02-30T10:00:00Z', '2026-13-01T00:00:00Z'];
const NO_ZONE = ['2026-01-31T18:30:00', '2026-01-31 18:30:00Z', '2026-01-31T18:30Z', 'Sat, 31 Jan 2026 18:30:00 GMT'];

describe('a time', () => {
  it.each([
    ['2026-01-31T18:30:00Z', '2026-01-31T18:30:00.000Z'],
    ['2026-01-31t18:30:00.25z', '2026-01-31T18:30:00.250Z'],
    ['2024-02-29T00:30:00+05:30', '2024-02-28T19:00:00.000Z'],
  ])('%s is %s', (text, utc) => {
    expect(new Date(parseMoment(text)!).toISOString()).toBe(utc);
    expect(validateSync(plainToInstance(InBody, { at: text }))).toEqual([]);
    expect(plainToInstance(InQuery, { from: text }).from).toEqual(new Date(utc));
  });

  it('in a query may be a day, which begins in UTC', () => {
    expect(plainToInstance(InQuery, { from: '2026-01-31' }).from).toEqual(new Date('2026-01-31T00:00:00Z'));
  });

  it.each([...NONE, ...NO_ZONE])('is not %j', (text) => {
    expect(parseMoment(text)).toBeUndefined();
    expect(validateSync(plainToInstance(InBody, { at: text }))).toHaveLength(1);
    expect(validateSync(plainToInstance(InQuery, { from: text }))).toHaveLength(1);
  });

  it.each([7, null, {}, ['2026-01-31T18:30:00Z']])('is no %j in a body', (value) => {
    expect(validateSync(plainToInstance(InBody, { at: value }))).toHaveLength(1);
  });
});
