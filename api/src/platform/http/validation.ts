import { type ArgumentMetadata, ValidationPipe, type ValidationError } from '@nestjs/common';
import type { FieldError } from '@qc/contracts';
import { assertOnce, assertPlain, pathOf } from './plain';
import { Problem } from './problem';

function flatten(errors: readonly ValidationError[], parent = ''): FieldError[] {
  return errors.flatMap((error) => {
    const path = pathOf(parent, error.property);
    const own = Object.values(error.constraints ?? {}).map((message) => ({ path, message }));
    return [...own, ...flatten(error.children ?? [], path)];
  });
}

function validationProblem(errors: readonly ValidationError[]): Problem {
  const fields = flatten(errors);
  return new Problem('VALIDATION_FAILED', fields[0]?.message, { errors: fields });
}

class RequestValidation extends ValidationPipe {
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type !== 'custom') assertPlain(value, metadata.type === 'param' ? metadata.data : '');
    if (metadata.type === 'query') assertOnce(value as object);
    return super.transform(value, metadata);
  }
}

/** The one gate for what comes in, REST and socket alike: unknown properties are refused, nothing is converted in a body. */
export const validation = new RequestValidation({
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  transform: true,
  stopAtFirstError: true,
  validateCustomDecorators: false,
  exceptionFactory: validationProblem,
});
