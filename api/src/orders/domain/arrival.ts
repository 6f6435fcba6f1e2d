import type { OrderStatus } from '@qc/contracts';

/** Seconds, from the quick case to the slow one. */
type Range = readonly [quick: number, slow: number];

/** Straight line to road, the usual detour of a street grid (Newell 1980: 4/π ≈ 1.27; cities measure 1.2–1.4). */
const DETOUR = 1.3;
/** Metres a second through a city: 22 km/h to 14 km/h. */
const SPEED: Range = [6.1, 3.9];
/** When neither end of the trip is known. */
const UNKNOWN_DISTANCE = 2500;

const LEGS = {
  preparing: [120, 480],
  finding: [60, 300],
  toStore: [120, 420],
  atStore: [30, 120],
  atDoor: [30, 120],
} as const satisfies Record<string, Range>;

type Leg = keyof typeof LEGS;

const AHEAD: Partial<Record<OrderStatus, readonly Leg[]>> = {
  pending: ['preparing', 'finding', 'toStore', 'atStore', 'atDoor'],
  confirmed: ['preparing', 'finding', 'toStore', 'atStore', 'atDoor'],
  preparing: ['preparing', 'finding', 'toStore', 'atStore', 'atDoor'],
  ready: ['finding', 'toStore', 'atStore', 'atDoor'],
  assigned: ['toStore', 'atStore', 'atDoor'],
  picked_up: ['atDoor'],
  in_transit: ['atDoor'],
};

/**
 * When an order that came to `status` at `since` reaches the door: the sum of the legs still ahead, as a range that never
 * lies in the past. null: nothing is on its way.
 */
export function estimateArrival(
  status: OrderStatus,
  since: Date,
  distance: number | undefined,
  now: Date,
): { from: Date; to: Date } | null {
  const legs = AHEAD[status];
  if (!legs) return null;
  const road = (distance ?? UNKNOWN_DISTANCE) * DETOUR;
  const [quick, slow] = [0, 1].map(
    (end) => road / SPEED[end]! + legs.reduce((total, leg) => total + LEGS[leg][end]!, 0),
  ) as [number, number];
  const from = Math.max(since.getTime() + quick * 1000, now.getTime());
  const to = Math.max(since.getTime() + slow * 1000, now.getTime() + LEGS.atDoor[1] * 1000);
  return { from: new Date(from), to: new Date(to) };
}
