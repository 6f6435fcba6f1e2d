import { tripDays } from './trip-days';

const trip = (number: string, deliveredAt: Date, total: number) => ({
  orderId: number,
  number,
  deliveredAt: deliveredAt.toISOString(),
  tripPay: total,
  tip: 0,
  total,
});

describe('tripDays', () => {
  const now = new Date(2026, 5, 10, 18);

  it('lists the latest day and the latest trip first, each day with its total', () => {
    const trips = [
      trip('A', new Date(2026, 5, 9, 9), 1000),
      trip('B', new Date(2026, 5, 10, 8), 2550),
      trip('C', new Date(2026, 5, 10, 17), 3000),
    ];
    const days = tripDays(trips, now);
    expect(days.map(({ total, trips }) => [total, trips.map(({ number }) => number).join()])).toEqual([
      [5550, 'C,B'],
      [1000, 'A'],
    ]);
    expect(days[0]?.name).toBe('Today');
    expect(days[1]?.name).toContain('9');
  });

  it('is empty without trips', () => {
    expect(tripDays([], now)).toEqual([]);
  });
});
