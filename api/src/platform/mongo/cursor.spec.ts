import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Types } from 'mongoose';
import { Problem } from '../http/problem';
import { decodeCursor, encodeCursor, type Keyset, toPage } from './cursor';

const id = new Types.ObjectId('65a1b2c3d4e5f60718293a4b');
const packed = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a cursor', () => {
  it.each([
    ['a text in any script', 'Düsseldorf दूध 🥭'],
    ['an empty text', ''],
    ['a number', 2900],
    ['a moment, to the millisecond', new Date('2026-11-23T05:00:00.123Z')],
  ])('brings back %s', (_what, value) => {
    expect(decodeCursor(encodeCursor({ value, id }))).toEqual({ value, id });
  });

  it('can stand in a query as it is', () => {
    fc.assert(fc.property(fc.string(), (value) => expect(encodeCursor({ value, id })).toMatch(/^[\w-]+$/)));
  });

  it.each([
    ['nothing', ''],
    ['what is no base64', '%%%'],
    ['what is no JSON', Buffer.from('nope').toString('base64url')],
    ['null', packed(null)],
    ['an object', packed({ value: 1, id: id.toHexString() })],
    ['an empty list', packed([])],
    ['no id', packed([1])],
    ['an id that is none', packed([1, 'abc'])],
    ['an operator for an id', packed([1, { $gt: '' }])],
    ['an operator for a value', packed([{ $gt: '' }, id.toHexString()])],
    ['a list for a value', packed([[1], id.toHexString()])],
    ['null for a value', packed([null, id.toHexString()])],
    ['a flag for a value', packed([true, id.toHexString()])],
    ['a moment that is none', packed([{ d: 'now' }, id.toHexString()])],
    ['a moment outside of time', packed([{ d: 1e300 }, id.toHexString()])],
  ])('of %s is refused as the request’s fault', (_what, cursor) => {
    expect(() => decodeCursor(cursor)).toThrow(Problem);
    try {
      decodeCursor(cursor);
    } catch (error) {
      expect((error as Problem).toBody('r')).toMatchObject({ status: 400, errors: [{ path: 'cursor' }] });
    }
  });

  it('is refused, never a fault of ours, whatever is sent', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((json) => Buffer.from(json).toString('base64url')),
        ),
        (cursor) => {
          try {
            const { value } = decodeCursor(cursor);
            expect(['string', 'number', 'object']).toContain(typeof value);
          } catch (error) {
            expect(error).toBeInstanceOf(Problem);
          }
        },
      ),
    );
  });
});

describe('toPage', () => {
  const keyOf = (value: number): Keyset => ({ value, id });

  it.each([
    ['nothing', [], [], false],
    ['less than a page', [1], [1], false],
    ['just a page', [1, 2], [1, 2], false],
    ['one more than a page', [1, 2, 3], [1, 2], true],
  ])('of %s goes on only if there is more', (_what, found, items, more) => {
    const page = toPage(found, 2, keyOf);
    expect([page.items, page.nextCursor !== null]).toEqual([items, more]);
  });

  it('goes on after the last one that it gave', () => {
    expect(decodeCursor(toPage([7, 8, 9], 2, keyOf).nextCursor!).value).toBe(8);
  });
});
