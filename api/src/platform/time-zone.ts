/**
 * The first moment of the day that `moment` falls on in an IANA time zone. Where clocks change that day, the offset is
 * taken again at the midnight found, so that it is right on both sides of the change. Where the change skips midnight
 * (Santiago, Havana), that goes back into the day before, and the first guess was the first moment that there is.
 */
export function startOfDay(moment: Date, timeZone: string): Date {
  const { year, month, day } = partsOf(moment, timeZone);
  const midnight = Date.UTC(year, month - 1, day);
  const guess = midnight - offsetAt(new Date(midnight), timeZone);
  const found = new Date(midnight - offsetAt(new Date(guess), timeZone));
  return partsOf(found, timeZone).day === day ? found : new Date(guess);
}

/** Milliseconds that the zone's wall clock is ahead of UTC. */
function offsetAt(moment: Date, timeZone: string): number {
  const { year, month, day, hour, minute, second } = partsOf(moment, timeZone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(moment.getTime() / 1000) * 1000;
}

function partsOf(
  moment: Date,
  timeZone: string,
): Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number> {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const parts = new Map(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  const read = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return {
    year: read('year'),
    month: read('month'),
    day: read('day'),
    hour: read('hour'),
    minute: read('minute'),
    second: read('second'),
  };
}
