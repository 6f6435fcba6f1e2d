import type { Response } from 'express';

/** How far one limit is used up. */
export interface RateState {
  name: string;
  limit: number;
  /** Seconds. */
  window: number;
  remaining: number;
  /** Seconds until all of it is there again. */
  reset: number;
}

/** What a page of another origin may read. */
export const RATE_HEADERS = [
  'RateLimit-Policy',
  'RateLimit',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
] as const;

/**
 * Says each limit that this request counted against (draft-ietf-httpapi-ratelimit-headers-10: structured fields), and the one
 * with least left in the three fields that older clients know.
 */
export function tellRates(response: Response, states: readonly RateState[]): void {
  const [first, ...others] = states;
  if (!first) return;
  const tightest = others.reduce((least, state) => (state.remaining < least.remaining ? state : least), first);
  const list = (parameters: (state: RateState) => string): string =>
    states.map((state) => `"${state.name}";${parameters(state)}`).join(', ');
  response.setHeader(
    'RateLimit-Policy',
    list(({ limit, window }) => `q=${limit};w=${window}`),
  );
  response.setHeader(
    'RateLimit',
    list(({ remaining, reset }) => `r=${remaining};t=${reset}`),
  );
  response.setHeader('RateLimit-Limit', tightest.limit);
  response.setHeader('RateLimit-Remaining', tightest.remaining);
  response.setHeader('RateLimit-Reset', tightest.reset);
}
