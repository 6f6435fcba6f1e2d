import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import type { Role } from '@qc/contracts';
import { Env } from '../platform/env';
import type { Actor } from './actor';

/** Claims of an access token (RFC 7519). */
export interface AccessClaims {
  sub: string;
  role: Role;
  sid: string;
  exp: number;
  /** As `Actor.restricted`. */
  restricted?: true;
}

export const TOKEN_AUDIENCE = 'qc-api';

/** Makes and reads tokens; knows nothing of whether a session still lives. */
@Injectable()
export class Tokens {
  constructor(
    private readonly jwt: JwtService,
    @Inject(Env) private readonly env: Env,
  ) {}

  /** @param expiresIn seconds */
  access({ id, role, sessionId, restricted }: Actor, expiresIn: number): Promise<string> {
    return this.jwt.signAsync({ sub: id, role, sid: sessionId, ...(restricted && { restricted }) }, { expiresIn });
  }

  /** @throws when the token is not ours, altered or past its time. */
  read(token: string): Promise<AccessClaims> {
    return this.jwt.verifyAsync<AccessClaims>(token);
  }

  /**
   * A refresh token is a MAC over its family and generation: 256 bits that the database does not hold, and the same
   * again for the same generation, which is how a lost answer can be repeated.
   */
  refresh(sessionId: string, generation: number): string {
    return `${sessionId}.${generation}.${this.mac(sessionId, generation).toString('base64url')}`;
  }

  /** null: not one of ours. */
  readRefresh(token: string): { sessionId: string; generation: number } | null {
    const match = /^([0-9a-f]{24})\.(\d{1,9})\.[\w-]{43}$/.exec(token);
    if (!match) return null;
    const [, sessionId, generation] = match as unknown as [string, string, string];
    // the text, not what it decodes to: one token is written in one way only
    const [given, expected] = [token, this.refresh(sessionId, Number(generation))].map((text) => Buffer.from(text));
    if (given!.length !== expected!.length || !timingSafeEqual(given!, expected!)) return null;
    return { sessionId, generation: Number(generation) };
  }

  private mac(sessionId: string, generation: number): Buffer {
    return createHmac('sha256', this.env.JWT_SECRET!).update(`refresh:${sessionId}:${generation}`).digest();
  }
}
