import { invalid } from './problem';

/** No request of the contract is deeper than four levels. */
const DEEPEST = 8;
/** The largest, a hundred positions, has seven hundred. */
const MOST_VALUES = 2000;
/** C0 and DEL but for tab and line feed: nobody writes them, and they break logs, mails and terminals. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F]/;
/** A text without them, as a pattern. */
export const PLAIN = `^${CONTROL.source.replace('[', '[^')}*$`;

/** `items.0.quantity` of the validator as the contract writes it: `items[0].quantity`. */
export function pathOf(parent: string, property: string): string {
  if (/^\d+$/.test(property)) return `${parent}[${property}]`;
  return parent ? `${parent}.${property}` : property;
}

/**
 * What no field validator sees: an optional field takes `null` for "not there" and would store it; a name that every
 * object has (`constructor`) passes for a known one; a body of ten thousand levels would end the stack of who walks it, and
 * one of ten thousand values keeps the validators busy for seconds; text holds what no keyboard writes.
 * @throws VALIDATION_FAILED
 */
export function assertPlain(value: unknown, path = ''): void {
  walk(value, path, 0, { left: MOST_VALUES });
}

function walk(value: unknown, path: string, depth: number, count: { left: number }): void {
  if ((count.left -= 1) < 0) throw invalid('', 'holds too many values');
  if (value === null) throw invalid(path, 'must not be null: leave out what is not there');
  if (typeof value === 'string' && CONTROL.test(value)) throw invalid(path, 'must not contain control characters');
  if (typeof value !== 'object') return;
  if (depth === DEEPEST) throw invalid(path, 'is nested too deep');
  for (const [property, inner] of Object.entries(value)) {
    if (property in Object.prototype) throw invalid(pathOf(path, property), 'should not exist');
    walk(inner, pathOf(path, property), depth + 1, count);
  }
}

/** A parameter that comes twice is one that two readers understand differently. @throws VALIDATION_FAILED */
export function assertOnce(query: object): void {
  for (const [name, value] of Object.entries(query))
    if (Array.isArray(value)) throw invalid(name, 'must be given once');
}
