import type { IncomingHttpHeaders } from 'node:http';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Env } from '../env';
import { Problem } from './problem';

/** The other origins of `CORS_ORIGIN`. */
export function listedOrigins({ CORS_ORIGIN }: Pick<Env, 'CORS_ORIGIN'>): ReadonlySet<string> {
  return new Set(CORS_ORIGIN?.split(',').map((origin) => origin.trim()) ?? []);
}

/**
 * Whether the page that asks, if it is one, is of this host or on the list. A program names no page and may ask: what it
 * must show is not ambient, as a browser's cookie is.
 */
export function isOwnPage(headers: IncomingHttpHeaders, listed: ReadonlySet<string>): boolean {
  const { origin, host } = headers;
  if (origin !== undefined && listed.has(origin)) return true;
  if (headers['sec-fetch-site'] === 'cross-site') return false;
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

/** Express middleware for routes that act by a cookie or set one: no other site's page asks for a change, and nothing is kept on the way. */
export function forOwnPages(listed: ReadonlySet<string>): RequestHandler {
  return (request: Request, response: Response, next: NextFunction) => {
    response.setHeader('Cache-Control', 'no-store');
    const changes = !['GET', 'HEAD', 'OPTIONS'].includes(request.method);
    if (changes && !isOwnPage(request.headers, listed)) next(new Problem('FORBIDDEN', 'another site’s page asks'));
    else next();
  };
}
