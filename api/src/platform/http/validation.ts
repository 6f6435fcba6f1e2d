import { ValidationPipe, type ValidationError } from '@nestjs/common';
import type { FieldError } from '@qc/contracts';
import { Problem } from './problem';

/** `items.0.quantity` of the validator as the contract writes it: `items[0].quantity`. */
function pathOf(parent: string, property: string): string {
  if (/^\d+$/.test(property)) return `${parent}[${property}]`;
  return parent ? `${parent}.${property}` : property;
}

function flatten(errors: readonly ValidationError[], parent = ''): FieldError[] {
  return errors.flatMap((error) => {
    const path = pathOf(parent, error.property);
    const own = Object.values(error.constraints ?? {}).map((message) => ({ path, message }));
    return [...own, ...flatten(error.children ?? [], path)];
  });
}

export function validationProblem(errors: readonly ValidationError[]): Problem {
  const fields = flatten(errors);
  return new Problem('VALIDATION_FAILED', fields[0]?.message, { errors: fields });
}

/** The one gate for what comes in, REST and socket alike: unknown properties are refused, nothing is converted in a body. */
export const validation = new ValidationPipe({
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  transform: true,
  stopAtFirstError: true,
  validateCustomDecorators: false,
  exceptionFactory: validationProblem,
});
