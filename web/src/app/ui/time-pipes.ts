import { Pipe, type PipeTransform } from '@angular/core';
import type { Timestamp } from '@qc/contracts';

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'long' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'short' });

/** `14:05`, with the day when it is not today. */
@Pipe({ name: 'clockTime' })
export class ClockTimePipe implements PipeTransform {
  transform(at: Timestamp, now = new Date()): string {
    const moment = new Date(at);
    const time = clock.format(moment);
    return moment.toDateString() === now.toDateString() ? time : `${day.format(moment)}, ${time}`;
  }
}

/** Day, second and time zone, for where a moment may have to be proved. */
@Pipe({ name: 'exactTime' })
export class ExactTimePipe implements PipeTransform {
  transform(at: Timestamp): string {
    return exact.format(new Date(at));
  }
}

/** How long ago, in one unit. `now` comes in, so that who shows it decides how often it moves. */
@Pipe({ name: 'ago' })
export class AgoPipe implements PipeTransform {
  transform(at: Timestamp, now: number): string {
    const seconds = Math.max(0, Math.round((now - Date.parse(at)) / 1000));
    if (seconds < 60) return seconds < 10 ? 'just now' : relative.format(-seconds, 'second');
    if (seconds < 3600) return relative.format(-Math.floor(seconds / 60), 'minute');
    if (seconds < 86_400) return relative.format(-Math.floor(seconds / 3600), 'hour');
    return relative.format(-Math.floor(seconds / 86_400), 'day');
  }
}

/** `640 m`, `1.3 km`. */
@Pipe({ name: 'distance' })
export class DistancePipe implements PipeTransform {
  transform(meters: number): string {
    if (meters < 950) return `${Math.max(10, Math.round(meters / 10) * 10)} m`;
    return `${(meters / 1000).toLocaleString(undefined, { maximumFractionDigits: 1 })} km`;
  }
}
