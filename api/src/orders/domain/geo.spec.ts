import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { distanceMeters } from './geo';

const place = fc.record({
  lat: fc.double({ min: -90, max: 90, noNaN: true }),
  lng: fc.double({ min: -180, max: 180, noNaN: true }),
});
/** Half of the way round: nothing on a sphere of this radius is further apart. */
const FURTHEST = Math.round(Math.PI * 6_371_008.8);

describe('distanceMeters', () => {
  it.each([
    // a degree of the equator and of a meridian of the mean sphere
    ['a degree of longitude at the equator', { lat: 0, lng: 0 }, { lat: 0, lng: 1 }, 111_195],
    ['a degree of latitude', { lat: 12, lng: 77 }, { lat: 13, lng: 77 }, 111_195],
    ['a degree of longitude at 60°, half as far', { lat: 60, lng: 10 }, { lat: 60, lng: 11 }, 55_597],
    ['across the date line, not round the world', { lat: 0, lng: 179.5 }, { lat: 0, lng: -179.5 }, 111_195],
    ['pole to pole', { lat: 90, lng: 0 }, { lat: -90, lng: 0 }, FURTHEST],
    ['antipodes', { lat: 12.5, lng: 77 }, { lat: -12.5, lng: -103 }, FURTHEST],
  ])('knows %s', (_what, from, to, meters) => {
    expect(distanceMeters(from, to)).toBe(meters);
  });

  it('is within half a percent of the ellipsoid: Bengaluru to Mysuru, 128 km by Vincenty', () => {
    const meters = distanceMeters({ lat: 12.9716, lng: 77.5946 }, { lat: 12.2958, lng: 76.6394 });
    expect(Math.abs(meters - 127_970) / 127_970).toBeLessThan(0.005);
  });

  it('is whole metres, the same both ways, and nothing from a place to itself', () => {
    fc.assert(
      fc.property(place, place, (from, to) => {
        const meters = distanceMeters(from, to);
        expect(Number.isInteger(meters) && meters >= 0 && meters <= FURTHEST).toBe(true);
        expect(distanceMeters(to, from)).toBe(meters);
        expect(distanceMeters(from, from)).toBe(0);
      }),
    );
  });

  it('is never longer by no detour: a way over a third place is at least as far', () => {
    fc.assert(
      fc.property(place, place, place, (a, b, c) => {
        // each leg is rounded to a metre
        expect(distanceMeters(a, c)).toBeLessThanOrEqual(distanceMeters(a, b) + distanceMeters(b, c) + 2);
      }),
    );
  });
});
