import type { EarningsTrip, MinorUnits } from '@qc/contracts';

export interface TripDay {
  /** As people of this locale say it. */
  name: string;
  total: MinorUnits;
  trips: readonly EarningsTrip[];
}

const dayName = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'short' });

/** The trips by day, the latest first, on the clock of this phone. */
export function tripDays(trips: readonly EarningsTrip[], now = new Date()): TripDay[] {
  const latestFirst = [...trips].sort((one, other) => other.deliveredAt.localeCompare(one.deliveredAt));
  const days = new Map<string, EarningsTrip[]>();
  for (const trip of latestFirst) {
    const day = new Date(trip.deliveredAt).toDateString();
    days.set(day, [...(days.get(day) ?? []), trip]);
  }
  return [...days].map(([day, ofDay]) => ({
    name: day === now.toDateString() ? 'Today' : dayName.format(new Date(day)),
    total: ofDay.reduce((sum, { total }) => sum + total, 0),
    trips: ofDay,
  }));
}
