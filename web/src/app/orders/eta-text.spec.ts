import { etaText } from './eta-text';

const now = Date.parse('2026-01-01T12:00:00Z');
const eta = (from: number, to: number) => ({
  from: new Date(now + from * 1000).toISOString(),
  to: new Date(now + to * 1000).toISOString(),
});

describe('etaText', () => {
  it.each([
    [eta(540, 1500), '9–25 min'],
    [eta(599, 1501), '9–26 min'],
    [eta(0, 45), '0–1 min'],
    [eta(-300, -60), '0–1 min'],
  ])('never promises too much: %j is %s', (range, text) => {
    expect(etaText(range, now)).toBe(text);
  });
});
