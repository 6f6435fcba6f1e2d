import type { LatLng } from '@qc/contracts';

/** IUGG mean radius R1, metres. */
const EARTH_RADIUS = 6_371_008.8;

/**
 * Great-circle distance in metres. Haversine on a sphere, within 0.5 % of the ellipsoid.
 * A straight line, not the road.
 */
export function distanceMeters(from: LatLng, to: LatLng): number {
  const [lat1, lat2] = [radians(from.lat), radians(to.lat)];
  const h = haversine(lat2 - lat1) + Math.cos(lat1) * Math.cos(lat2) * haversine(radians(to.lng - from.lng));
  return Math.round(2 * EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(h))));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

function haversine(angle: number): number {
  return Math.sin(angle / 2) ** 2;
}
