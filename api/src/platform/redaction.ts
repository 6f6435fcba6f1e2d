/** In place of what is not for a log. */
export const REDACTED = '[redacted]';

/** Names of fields whose value is secret or says something of a person, however they are nested. */
const PRIVATE = new RegExp(
  [
    'authorization|cookie|password|token|secret|hash|otp|uri$|url$',
    '^(codes?|deliverycode|recoverycodes?|key|body|query|headers)$',
    'e-?mail|phone|address|street|zipcode|instructions|location|position',
    '^(profile|firstname|lastname|name|to|lat|lng|note|reason|comment|text|html)$',
  ].join('|'),
  'i',
);
/** Deeper than anything that is logged on purpose. */
const DEEPEST = 6;

/** What a log may hold of a value: all of it, but for private fields. */
export function withoutPrivate(value: unknown, depth = 0): unknown {
  if (value instanceof Error) return errorLine(value);
  const plain = asJson(value);
  if (typeof plain !== 'object' || plain === null) return plain;
  if (depth === DEEPEST) return '[deep]';
  if (Array.isArray(plain)) return plain.map((one) => withoutPrivate(one, depth + 1));
  const fields = Object.entries(plain).map(([name, inner]) => [name, withoutPrivateField(name, inner, depth + 1)]);
  return Object.fromEntries(fields) as object;
}

export function withoutPrivateField(name: string, value: unknown, depth = 0): unknown {
  return PRIVATE.test(name) ? REDACTED : withoutPrivate(value, depth);
}

/** An id, a time or a record as it would be written. */
function asJson(value: unknown): unknown {
  const { toJSON } = (value ?? {}) as { toJSON?: unknown };
  return typeof toJSON === 'function' ? (toJSON.call(value) as unknown) : value;
}

export interface ErrorLine {
  type: string;
  message: string;
  stack?: string;
  code?: string | number;
  cause?: ErrorLine;
}

/** Of an error nothing but what is named here: the database's own carry whole documents. */
export function errorLine(error: unknown, depth = 0): ErrorLine {
  if (!(error instanceof Error)) return { type: typeof error, message: oneLine(String(error)) };
  const { name, stack, cause } = error;
  const { code } = error as { code?: unknown };
  const message = messageOf(error);
  return {
    type: error.constructor.name || name,
    message,
    // begins with the message
    ...(stack && { stack: error.message ? stack.replaceAll(error.message, () => message) : stack }),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(cause instanceof Error && depth < DEEPEST && { cause: errorLine(cause, depth + 1) }),
  };
}

/** In one line, without the values that the database names. */
export function messageOf({ message }: Error): string {
  return oneLine(message.replace(/( dup key: | for value )[^]*/, `$1${REDACTED}`));
}

/** A message is one line: an end of line in it would begin another one, which anybody could have written. */
export function oneLine(message: string): string {
  return message.replace(/\r?\n|\r|\u2028|\u2029/g, '\\n');
}

/** Each in the text of a JSON line, where a quote is `\"` and an end of line `\n`: up to the end of the text, or of its line. */
const REST = String.raw`(?:[^"\\]|\\[^n])*`;

/** Private things known by their form, wherever in a text they stand. Every repetition is bounded or ends at its first foreign sign. */
const BY_FORM: readonly (readonly [form: RegExp, instead: string])[] = [
  // what of a document the database quotes in its refusals
  [new RegExp(String.raw`( dup key: )${REST}`, 'g'), `$1${REDACTED}`],
  [new RegExp(String.raw`( for value )${REST}`, 'g'), `$1${REDACTED}`],
  // what V8 quotes of a body that is not JSON
  [new RegExp(String.raw`(Unexpected token )${REST}`, 'g'), `$1${REDACTED}`],
  [/(\bBearer )[\w.~+/=-]+/gi, `$1${REDACTED}`],
  [/\beyJ[\w-]{5,4096}\.[\w-]{5,4096}\.[\w-]{0,1024}/g, REDACTED],
  // a refresh token, and the token of a link
  [/\b[0-9a-f]{24}\.\d{1,9}\.[\w-]{43}/g, REDACTED],
  [/(?<![\w/.-])[\w-]{43}(?![\w/.-])/g, REDACTED],
  [/\$2[aby]\$\d\d\$[\w./]{53}/g, REDACTED],
  // who signs in to a database
  [/(:\/\/)[^\s"\\/@]{1,256}@/g, `$1${REDACTED}@`],
  [/[\p{L}\p{N}._%+'-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){0,8}\.\p{L}[\p{L}\p{N}-]{1,62}/gu, REDACTED],
  [/\+\d[\d ().-]{7,18}\d/g, REDACTED],
];

/** A line of the log, in JSON, without private things; control characters are shown, not obeyed by whoever's terminal it is. */
export function redactLine(line: string): string {
  return BY_FORM.reduce((text, [form, instead]) => text.replace(form, instead), line).replace(
    /\\(\\|u00[01][0-9a-f])/g,
    (pair, escaped: string) => (escaped === '\\' ? pair : `\\${pair}`),
  );
}
