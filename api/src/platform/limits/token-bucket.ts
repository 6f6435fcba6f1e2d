/** Lets `rate` through a second and up to `burst` at once. Times are milliseconds of a clock that only goes forward. */
export class TokenBucket {
  private tokens: number;

  constructor(
    private readonly rate: number,
    private readonly burst: number,
    private at = performance.now(),
  ) {
    this.tokens = burst;
  }

  /** False: there is nothing left at `now`. */
  take(now = performance.now()): boolean {
    this.tokens = Math.min(this.burst, this.tokens + ((now - this.at) * this.rate) / 1000);
    this.at = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
