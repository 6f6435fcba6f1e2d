import { describe, expect, it } from '@jest/globals';
import { ORDER_STATUSES, type OrderStatus } from '@qc/contracts';
import fc from 'fast-check';
import { estimateArrival } from './arrival';

const SINCE = new Date('2026-11-23T05:00:00Z');
const ON_ITS_WAY = [
  'pending',
  'confirmed',
  'preparing',
  'ready',
  'assigned',
  'picked_up',
  'in_transit',
] as const satisfies readonly OrderStatus[];
const NOT_COMING = ['delivered', 'cancelled', 'failed'] as const satisfies readonly OrderStatus[];

function minutes(status: OrderStatus, distance?: number): [number, number] {
  const { from, to } = estimateArrival(status, SINCE, distance, SINCE)!;
  return [(from.getTime() - SINCE.getTime()) / 60_000, (to.getTime() - SINCE.getTime()) / 60_000];
}

describe('estimateArrival', () => {
  it('knows what every status means for the door', () => {
    expect([...ON_ITS_WAY, ...NOT_COMING].toSorted()).toEqual([...ORDER_STATUSES].toSorted());
  });

  it.each(NOT_COMING)('promises nothing once an order is %s', (status) => {
    expect(estimateArrival(status, SINCE, 3000, SINCE)).toBeNull();
  });

  it.each(ON_ITS_WAY)('gives a range ahead of now while an order is %s, however late it is', (status) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 200_000 }),
        fc.integer({ min: 0, max: 24 * 3600 }),
        (distance, secondsLater) => {
          const now = new Date(SINCE.getTime() + secondsLater * 1000);
          const { from, to } = estimateArrival(status, SINCE, distance, now)!;
          expect(from.getTime()).toBeGreaterThanOrEqual(now.getTime());
          expect(to.getTime()).toBeGreaterThan(from.getTime());
        },
      ),
    );
  });

  it('comes nearer with each step', () => {
    const ends = ON_ITS_WAY.map((status) => minutes(status, 3000)[1]);
    expect(ends).toEqual(ends.toSorted((a, b) => b - a));
    expect(ends.at(-1)).toBeLessThan(ends[0]!);
  });

  it('is later for a longer way', () => {
    const [near, far] = [minutes('ready', 500), minutes('ready', 5000)];
    expect(far[0]).toBeGreaterThan(near[0]);
    expect(far[1]).toBeGreaterThan(near[1]);
  });

  it('takes an unknown way for one across the neighbourhood', () => {
    expect(minutes('ready')).toEqual(minutes('ready', 2500));
  });

  it('is what a city courier needs: two kilometres from the shelf in 10 to 30 minutes', () => {
    const [from, to] = minutes('ready', 2000);
    expect(from).toBeGreaterThanOrEqual(10);
    expect(to).toBeLessThanOrEqual(30);
  });
});
