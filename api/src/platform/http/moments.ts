import { Transform } from 'class-transformer';
import { buildMessage, ValidateBy } from 'class-validator';

/** RFC 3339 with a zone: a time of day without one is nobody's. */
const MOMENT = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i;
const DAY = /^\d{4}-\d\d-\d\d$/;

/** A calendar day that there is: `Date` takes the 30th of February for the 1st of March. */
function isDay(text: string): boolean {
  const time = DAY.test(text) ? Date.parse(text) : NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** Milliseconds since 1970 of an RFC 3339 time with its zone. undefined: it is none. */
export function parseMoment(text: string): number | undefined {
  const day = MOMENT.exec(text)?.[1];
  const time = day !== undefined && isDay(day) ? Date.parse(text) : NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** A time in a body or a message. */
export const IsMoment = () =>
  ValidateBy({
    name: 'isMoment',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && parseMoment(value) !== undefined,
      defaultMessage: buildMessage(
        (each) => `${each}$property must be a time with its zone, e.g. 2026-01-31T18:30:00Z`,
      ),
    },
  });

/** A time in a query string, or a day: its beginning in UTC. To be followed by `@IsDate()`. */
export const MomentFromQuery = () =>
  Transform(({ value }: { value: unknown }) => {
    if (typeof value !== 'string') return value;
    const time = isDay(value) ? Date.parse(value) : parseMoment(value);
    return time === undefined ? value : new Date(time);
  });
