import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { invalid } from './problem';

const KEY = /^[\x21-\x7e]{1,255}$/;

/** The client's `Idempotency-Key`; undefined: none. @throws VALIDATION_FAILED for an empty or overlong one */
export const IdempotencyKey = createParamDecorator((_: unknown, ctx: ExecutionContext): string | undefined => {
  const key = ctx.switchToHttp().getRequest<Request>().header('idempotency-key');
  if (key !== undefined && !KEY.test(key))
    throw invalid('Idempotency-Key', 'must be 1 to 255 visible ASCII characters');
  return key;
});
