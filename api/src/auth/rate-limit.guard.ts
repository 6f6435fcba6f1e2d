import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerModuleOptions, type ThrottlerRequest } from '@nestjs/throttler';
import type { Request, Response } from 'express';
import type { Env } from '../platform/env';
import { Problem } from '../platform/http/problem';
import { addressKey } from '../platform/limits/client-address';
import { type RateState, tellRates } from '../platform/limits/rate-headers';
import type { RateStore } from '../platform/limits/rate-store';
import { accountOf, counts, RATE_LIMITS } from './rate-limits';

/** The table of limits, as the throttler takes it. */
export function throttling(env: Env, storage: RateStore): ThrottlerModuleOptions {
  return {
    storage,
    generateKey: (_ctx, tracker, name) => `${name}:${tracker}`,
    throttlers: Object.entries(RATE_LIMITS).map(([name, rate]) => ({
      name,
      limit: env[rate.limit],
      ttl: rate.window * 1000,
      skipIf: (ctx) => !env.RATE_LIMIT_ENABLED || !counts(rate, requestOf(ctx)),
      getTracker: (_request, ctx) => trackerOf(rate.by, requestOf(ctx)),
    })),
  };
}

function requestOf(ctx: ExecutionContext): Request {
  return ctx.switchToHttp().getRequest<Request>();
}

function trackerOf(by: 'account' | 'address', request: Request): string {
  return by === 'account' ? accountOf(request)! : addressKey(request.ip);
}

/** Stands between the guard that knows who asks and the one that knows whether they may: a refused try counts too. */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  protected override shouldSkip(ctx: ExecutionContext): Promise<boolean> {
    // messages of sockets are counted at their gate
    return Promise.resolve(ctx.getType() !== 'http');
  }

  /** @throws RATE_LIMITED */
  protected override async handleRequest(asked: ThrottlerRequest): Promise<boolean> {
    const { context, limit, ttl, throttler, blockDuration, getTracker, generateKey } = asked;
    const name = throttler.name!;
    const key = generateKey(context, await getTracker(requestOf(context), context), name);
    const count = await this.storageService.increment(key, ttl, limit, blockDuration, name);
    this.tell(context.switchToHttp().getResponse<Response>(), {
      name,
      limit,
      window: ttl / 1000,
      remaining: Math.max(0, limit - count.totalHits),
      reset: count.timeToExpire,
    });
    if (count.isBlocked)
      throw new Problem('RATE_LIMITED', `no more than ${limit} in ${ttl / 1000} s`, {
        retryAfter: count.timeToBlockExpire,
      });
    return true;
  }

  private tell(response: Response, state: RateState): void {
    const { locals } = response as { locals: { rates?: RateState[] } };
    locals.rates = [...(locals.rates ?? []), state];
    tellRates(response, locals.rates);
  }
}
