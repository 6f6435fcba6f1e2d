import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { ReadsHeader } from '../openapi/reads-header';
import { invalid } from './problem';

const VERSION = /^"([0-9]{1,15})"$/;

/** The version that a change is conditional on; undefined: unconditional. @throws VALIDATION_FAILED for anything but `"<version>"`. */
export function ifMatchOf(request: Request): number | undefined {
  const header = request.header('if-match');
  if (header === undefined) return undefined;
  const version = VERSION.exec(header)?.[1];
  if (version === undefined) throw invalid('If-Match', 'must be a version in quotes, e.g. "4"');
  return Number(version);
}

export const IfMatch = createParamDecorator(
  (_: unknown, ctx: ExecutionContext) => ifMatchOf(ctx.switchToHttp().getRequest<Request>()),
  [ReadsHeader('If-Match', 'Only if it is still at this version, e.g. `"4"`.', { format: 'entity-tag' })],
);
