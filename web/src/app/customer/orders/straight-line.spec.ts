import { straightLineMeters } from './straight-line';

describe('straightLineMeters', () => {
  it.each([
    [{ lat: 12.9719, lng: 77.6412 }, { lat: 12.9719, lng: 77.6412 }, 0],
    [{ lat: 0, lng: 0 }, { lat: 0, lng: 1 }, 111_195],
    [{ lat: 51.5, lng: 0 }, { lat: 48.85, lng: 2.35 }, 338_600],
    [{ lat: 10, lng: 179.9 }, { lat: 10, lng: -179.9 }, 21_900],
  ])('from %j to %j is about %d m', (from, to, meters) => {
    expect(Math.abs(straightLineMeters(from, to) - meters)).toBeLessThanOrEqual(meters * 0.01);
  });
});
