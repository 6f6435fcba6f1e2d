import { PAGE_LIMIT } from '@qc/contracts';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { Types } from 'mongoose';
import { invalid } from '../http/problem';
import { FromQuery } from './object-id';

/** `limit` and `cursor` of every list. */
export class PageQuery {
  @IsOptional() @FromQuery() @IsInt() @Min(PAGE_LIMIT.min) @Max(PAGE_LIMIT.max) limit: number = PAGE_LIMIT.default;
  @IsOptional() @IsString() @MaxLength(512) cursor?: string;
}

/** A place in a list ordered by one value and the id: what keyset paging continues from. */
export interface Keyset {
  value: string | number | Date;
  id: Types.ObjectId;
}

/** Opaque to the client. */
export function encodeCursor(key: Keyset): string {
  const value = key.value instanceof Date ? { d: key.value.getTime() } : key.value;
  return Buffer.from(JSON.stringify([value, key.id.toHexString()])).toString('base64url');
}

/** @throws VALIDATION_FAILED for a cursor that was not given by us. */
export function decodeCursor(cursor: string): Keyset {
  try {
    const [value, id] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [unknown, unknown];
    if (typeof id === 'string' && Types.ObjectId.isValid(id))
      return { value: keyOf(value), id: new Types.ObjectId(id) };
  } catch {
    // falls through to the one refusal below
  }
  throw invalid('cursor', 'is not one of ours');
}

function keyOf(value: unknown): string | number | Date {
  if (typeof value === 'string' || typeof value === 'number') return value;
  const time = (value as { d?: unknown } | null)?.d;
  if (typeof time === 'number' && !Number.isNaN(new Date(time).getTime())) return new Date(time);
  throw new TypeError('unknown cursor value');
}

function kindOf(value: Keyset['value']): ListOrder['kind'] {
  if (value instanceof Date) return 'moment';
  return typeof value === 'string' ? 'text' : 'number';
}

/** What a list is sorted by, then by `_id` in the same direction. */
export interface ListOrder {
  field: string;
  direction: 1 | -1;
  /** Of the field's values. */
  kind: 'id' | 'text' | 'number' | 'moment';
}

/** The filter for what comes after `cursor` in such a list. @throws VALIDATION_FAILED for another list's cursor */
export function afterCursor(cursor: string | undefined, { field, direction, kind }: ListOrder): object {
  if (!cursor) return {};
  const { value, id } = decodeCursor(cursor);
  const beyond = direction === 1 ? '$gt' : '$lt';
  if (kind === 'id') return { _id: { [beyond]: id } };
  if (kindOf(value) !== kind) throw invalid('cursor', 'is not of this list');
  return { $or: [{ [field]: { [beyond]: value } }, { [field]: value, _id: { [beyond]: id } }] };
}

/** Cuts a list that was read with one more than `limit` and says where to go on. */
export function toPage<T>(
  found: T[],
  limit: number,
  keyOf: (last: T) => Keyset,
): { items: T[]; nextCursor: string | null } {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: found.length > limit && last ? encodeCursor(keyOf(last)) : null };
}
