import { Injectable, type PipeTransform } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { Matches } from 'class-validator';
import { Types } from 'mongoose';
import { invalid } from '../http/problem';

export const OBJECT_ID = /^[0-9a-fA-F]{24}$/;

export function oid(id: string): Types.ObjectId {
  return new Types.ObjectId(id);
}

/** A route's `:id`. @throws VALIDATION_FAILED when malformed. */
@Injectable()
export class ObjectIdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!OBJECT_ID.test(value)) throw invalid('id', 'is not an id');
    return value.toLowerCase();
  }
}

/** An id in a body, a query or a socket message. */
export const IsId = () => Matches(OBJECT_ID, { message: '$property is not an id' });

const WHOLE_NUMBER = /^-?[0-9]+$/;

/** A whole number in a query string, the only place where text becomes a number; not what `Number` also takes for one (`0x10`, `1e3`). */
export const FromQuery = () =>
  Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && WHOLE_NUMBER.test(value) ? Number(value) : value,
  );
