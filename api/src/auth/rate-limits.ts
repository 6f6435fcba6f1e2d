import type { Request } from 'express';
import type { RateLimitEnv } from '../platform/limits/rate-limit-env';
import { type RouteKey, routeKeyOf } from './access';
import type { Actor } from './actor';

export interface RateLimit {
  /** How many, by the name of the variable that says so. */
  readonly limit: keyof RateLimitEnv;
  /** Seconds. */
  readonly window: number;
  readonly by: 'account' | 'address';
  /** The routes that count; without them all do. */
  readonly on?: readonly RouteKey[];
  /** Further conditions of the request. */
  readonly when?: (request: Request) => boolean;
}

const MINUTE = 60;
const DAY = 86_400;

/** Asked by machines that watch over the product, and never by people. */
const UNLIMITED: ReadonlySet<string> = new Set(['GET /health/live', 'GET /health/ready', 'GET /metrics']);

const hasKey = ({ method, headers }: Request): boolean =>
  method !== 'GET' && (headers['idempotency-key'] ?? headers['x-command-id']) !== undefined;

/**
 * How often, by the name that the answer's headers tell. A request counts against each limit that it falls under, and one that
 * repeats an order under its key counts like any other.
 */
export const RATE_LIMITS: Readonly<Record<string, RateLimit>> = {
  account: { limit: 'RATE_LIMIT_ACCOUNT', window: MINUTE, by: 'account' },
  address: { limit: 'RATE_LIMIT_ADDRESS', window: MINUTE, by: 'address', when: (request) => !request.user },
  'sign-in': { limit: 'RATE_LIMIT_SIGN_IN', window: MINUTE, by: 'address', on: ['POST /auth/login'] },
  registration: {
    limit: 'RATE_LIMIT_REGISTRATION',
    window: MINUTE,
    by: 'address',
    on: ['POST /auth/register', 'POST /auth/invitations/accept'],
  },
  recovery: {
    limit: 'RATE_LIMIT_RECOVERY',
    window: MINUTE,
    by: 'address',
    on: [
      'POST /auth/password/forgot',
      'POST /auth/password/reset',
      'POST /auth/email/verification',
      'POST /auth/email/verify',
    ],
  },
  orders: {
    limit: 'RATE_LIMIT_ORDERS',
    window: MINUTE,
    by: 'account',
    on: ['POST /orders', 'POST /orders/:id/reorder'],
  },
  positions: { limit: 'RATE_LIMIT_POSITIONS', window: MINUTE, by: 'account', on: ['POST /delivery/location'] },
  keys: { limit: 'RATE_LIMIT_KEYS', window: DAY, by: 'account', when: hasKey },
};

export function accountOf(request: Request): string | undefined {
  return (request.user as Actor | undefined)?.id;
}

/** Whether this request is one that the limit is about. */
export function counts({ by, on, when }: RateLimit, request: Request): boolean {
  const route = routeKeyOf(request.method, (request.route as { path: string }).path);
  if (UNLIMITED.has(route)) return false;
  if (by === 'account' && accountOf(request) === undefined) return false;
  return (on?.includes(route as RouteKey) ?? true) && (when?.(request) ?? true);
}
