import { type ArgumentMetadata, ValidationPipe, type ValidationError } from '@nestjs/common';
import type { FieldError } from '@qc/contracts';
import { invalid, Problem } from './problem';

/** No request of the contract is deeper than four levels. */
const DEEPEST = 8;

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

function validationProblem(errors: readonly ValidationError[]): Problem {
  const fields = flatten(errors);
  return new Problem('VALIDATION_FAILED', fields[0]?.message, { errors: fields });
}

/**
 * What no field validator sees: an optional field takes `null` for "not there" and would store it; a name that every
 * object has (`constructor`) passes for a known one; a body of ten thousand levels would end the stack of who walks it.
 */
function assertPlain(value: unknown, path = '', depth = 0): void {
  if (value === null) throw invalid(path, 'must not be null: leave out what is not there');
  if (typeof value !== 'object') return;
  if (depth === DEEPEST) throw invalid(path, 'is nested too deep');
  for (const [property, inner] of Object.entries(value)) {
    if (property in Object.prototype) throw invalid(pathOf(path, property), 'should not exist');
    assertPlain(inner, pathOf(path, property), depth + 1);
  }
}

class RequestValidation extends ValidationPipe {
  override transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'body' || metadata.type === 'query') assertPlain(value);
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
