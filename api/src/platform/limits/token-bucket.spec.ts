import { describe, expect, it } from '@jest/globals';
import { TokenBucket } from './token-bucket';

const taken = (bucket: TokenBucket, times: number, now: number): number =>
  Array.from({ length: times }, () => bucket.take(now)).filter(Boolean).length;

describe('a token bucket', () => {
  it('lets a burst through, then only what has come in since', () => {
    const bucket = new TokenBucket(30, 60, 0);
    expect(taken(bucket, 100, 0)).toBe(60);
    expect(taken(bucket, 100, 1000)).toBe(30);
    expect(taken(bucket, 100, 1100)).toBe(3);
  });

  it('never holds more than its burst', () => {
    const bucket = new TokenBucket(30, 60, 0);
    expect(taken(bucket, 100, 3_600_000)).toBe(60);
  });

  it('lets its rate through for as long as one likes', () => {
    const bucket = new TokenBucket(2, 4, 0);
    const lost = Array.from({ length: 1000 }, (_, n) => bucket.take(n * 500)).filter((went) => !went);
    expect(lost).toEqual([]);
  });
});
