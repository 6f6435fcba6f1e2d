import { AgoPipe, ClockTimePipe, DistancePipe } from './time-pipes';

describe('time pipes', () => {
  const now = Date.parse('2026-01-10T12:00:00Z');
  const before = (seconds: number): string => new Date(now - seconds * 1000).toISOString();

  it.each([
    [3, 'just now'],
    [-20, 'just now'],
    [40, '40 sec. ago'],
    [59 * 60, '59 min. ago'],
    [7200, '2 hr. ago'],
  ])('say how old %d seconds are, never less than nothing', (seconds, text) => {
    expect(new AgoPipe().transform(before(seconds), now)).toBe(text);
  });

  it('add the day to the time when it is not today', () => {
    const clock = new ClockTimePipe();
    expect(clock.transform(before(0), new Date(now))).not.toContain('Jan');
    expect(clock.transform(before(3 * 86_400), new Date(now))).toContain('Jan');
  });

  it.each([
    [4, '10 m'],
    [643, '640 m'],
    [1290, '1.3 km'],
  ])('round %d m to what a person can use', (meters, text) => {
    expect(new DistancePipe().transform(meters)).toBe(text);
  });
});
