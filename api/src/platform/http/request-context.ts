import { AsyncLocalStorage } from 'node:async_hooks';
import type { NextFunction, Request, Response } from 'express';

/** Where something came from: what the audit log keeps of a request or a message. */
export interface RequestOrigin {
  requestId?: string;
  address?: string;
  userAgent?: string;
}

const LONGEST_USER_AGENT = 200;

const under = new AsyncLocalStorage<RequestOrigin>();

/** The request under way; undefined in what the product does by itself. */
export function currentRequest(): RequestOrigin | undefined {
  return under.getStore();
}

/** Runs `work` as what came from `origin`. */
export function asRequest<T>(origin: RequestOrigin, work: () => T): T {
  return under.run({ ...origin, userAgent: origin.userAgent?.slice(0, LONGEST_USER_AGENT) }, work);
}

/** Express middleware, after the request has its id. */
export function requestContext(request: Request, _response: Response, next: NextFunction): void {
  const { requestId, ip } = request;
  asRequest({ requestId, address: ip, userAgent: request.header('user-agent') }, next);
}
