import { Inject, Injectable } from '@nestjs/common';
import type { Session } from '@qc/contracts';
import type { CookieOptions, Request, Response } from 'express';
import { Env } from '../platform/env';

const REFRESH = 'qc_refresh';
const DEVICE = 'qc_device';
/** Milliseconds: half a year after its last good sign-in a browser is as good as new. */
const DEVICE_KNOWN_FOR = 182 * 24 * 3_600_000;

/** What a browser sends of itself with each call of `/api/auth`. */
export interface Browser {
  refreshToken?: string;
  deviceToken?: string;
}

/** What a browser is given to keep. */
export interface Kept {
  refreshToken: string;
  /** Absent: the one it has stays. */
  deviceToken?: string;
}

/**
 * The cookies of a signed-in browser: out of the reach of scripts and of other sites, for `/api/auth` alone. Over TLS
 * their names say `__Secure-`, so that nobody on a plain connection can put others in their place.
 */
@Injectable()
export class SessionCookies {
  constructor(@Inject(Env) private readonly env: Env) {}

  read(request: Request): Browser {
    return { refreshToken: cookieOf(request, REFRESH), deviceToken: cookieOf(request, DEVICE) };
  }

  /** Gives the browser what it keeps; answers what its page may see. */
  give<T extends Session & Kept>({ refreshToken, deviceToken, ...session }: T, response: Response): Session {
    set(response, REFRESH, refreshToken, this.env.REFRESH_TOKEN_TTL * 1000);
    if (deviceToken) set(response, DEVICE, deviceToken, DEVICE_KNOWN_FOR);
    return session;
  }

  /** The device stays known: it is no session. */
  takeBack(response: Response): void {
    response.clearCookie(nameOf(REFRESH, response.req), options(response.req));
  }
}

function cookieOf(request: Request, name: string): string | undefined {
  const value: unknown = (request.cookies as Record<string, unknown>)[nameOf(name, request)];
  return typeof value === 'string' ? value : undefined;
}

function set(response: Response, name: string, value: string, maxAge: number): void {
  response.cookie(nameOf(name, response.req), value, { ...options(response.req), maxAge });
}

function nameOf(name: string, { secure }: Request): string {
  return secure ? `__Secure-${name}` : name;
}

function options({ secure }: Request): CookieOptions {
  return { httpOnly: true, sameSite: 'strict', path: '/api/auth', secure };
}
