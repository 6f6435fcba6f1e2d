import type { LatLng } from '@qc/contracts';

/** Metres: the IUGG mean radius of the Earth. */
const RADIUS = 6_371_008.8;
const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Great-circle distance in metres (haversine), within 0.5 % of the ellipsoid. A straight line, not the road. */
export function straightLineMeters(from: LatLng, to: LatLng): number {
  const half = (one: number, other: number): number => Math.sin(radians(other - one) / 2) ** 2;
  const chord =
    half(from.lat, to.lat) + Math.cos(radians(from.lat)) * Math.cos(radians(to.lat)) * half(from.lng, to.lng);
  return 2 * RADIUS * Math.asin(Math.sqrt(Math.min(1, chord)));
}
