import { Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RLWrapperTimeouts,
} from 'rate-limiter-flexible';
import { Redis } from '../redis/redis';

/** Milliseconds that a request waits for Redis before this process counts by itself. */
const PATIENCE = 250;

/** What `ThrottlerStorage` answers; it does not export the type's name. Times are seconds. */
type Count = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/**
 * How often something happened within a time. All processes on one Redis share the counts; while Redis is away, or silent,
 * each counts for itself, so that no request fails or goes uncounted for it.
 */
@Injectable()
export class RateStore implements ThrottlerStorage {
  private readonly counter: RateLimiterAbstract;

  constructor({ publisher }: Redis) {
    // which limit holds is said with each count: these points are never looked at
    const unit = { points: 1, duration: 60, keyPrefix: 'qc:rate' };
    const insuranceLimiter = new RateLimiterMemory(unit);
    if (!publisher) {
      this.counter = insuranceLimiter;
      return;
    }
    const shared = new RateLimiterRedis({
      ...unit,
      storeClient: publisher,
      rejectIfRedisNotReady: true,
      insuranceLimiter,
    });
    this.counter = new RLWrapperTimeouts({ limiter: shared, timeoutMs: PATIENCE, insuranceLimiter });
  }

  /**
   * Counts one more of `key`. The time begins with the first one and does not move.
   * @param ttl milliseconds
   */
  async increment(key: string, ttl: number, limit: number): Promise<Count> {
    const { consumedPoints, msBeforeNext } = await this.counter.penalty(key, 1, { customDuration: ttl / 1000 });
    const left = Math.ceil(msBeforeNext / 1000);
    return {
      totalHits: consumedPoints,
      timeToExpire: left,
      isBlocked: consumedPoints > limit,
      timeToBlockExpire: left,
    };
  }
}
