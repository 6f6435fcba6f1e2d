import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import type { Role } from '@qc/contracts';
import type { Actor } from './actor';
import { SigningKeys } from './signing-keys';

/** Claims of an access token (RFC 7519). */
export interface AccessClaims {
  sub: string;
  role: Role;
  sid: string;
  exp: number;
  /** As `Actor.restricted`. */
  restricted?: true;
}

/** What each access token says of who made it and whom it is for, and how it is signed: each is asked for again. */
export const TOKEN_RULES = { issuer: 'quickcommerce', audience: 'qc-api', algorithms: ['HS256'] } as const;

/** Makes and reads tokens; knows nothing of whether a session still lives. */
@Injectable()
export class Tokens {
  constructor(
    private readonly jwt: JwtService,
    private readonly keys: SigningKeys,
  ) {}

  /** @param expiresIn seconds */
  access({ id, role, sessionId, restricted }: Actor, expiresIn: number): Promise<string> {
    const { header, current } = this.keys;
    const { issuer, audience } = TOKEN_RULES;
    const options = { header, issuer, audience, expiresIn, privateKey: current.key };
    return this.jwt.signAsync({ sub: id, role, sid: sessionId, ...(restricted && { restricted }) }, options);
  }

  /** @throws when the token is not ours, altered or past its time. */
  read(token: string): Promise<AccessClaims> {
    const key = this.keys.keyOf(token);
    if (!key) return Promise.reject(new Error('a token under no key of ours'));
    // the types know a text only
    const secret = key as unknown as Buffer;
    return this.jwt.verifyAsync<AccessClaims>(token, { ...TOKEN_RULES, algorithms: ['HS256'], secret });
  }

  /**
   * A refresh token is a MAC over its family and generation: 256 bits that the database does not hold, and the same
   * again for the same generation, which is how a lost answer can be repeated.
   */
  refresh(sessionId: string, generation: number): string {
    return `${sessionId}.${generation}.${this.keys.mac(refreshText(sessionId, generation))}`;
  }

  /** null: not one of ours. */
  readRefresh(token: string): { sessionId: string; generation: number } | null {
    // one token is written in one way only: no leading zero
    const match = /^([0-9a-f]{24})\.([1-9]\d{0,8})\.([\w-]{43})$/.exec(token);
    if (!match) return null;
    const [, sessionId, digits, mac] = match as unknown as [string, string, string, string];
    const generation = Number(digits);
    return this.keys.verifies(refreshText(sessionId, generation), mac) ? { sessionId, generation } : null;
  }
}

function refreshText(sessionId: string, generation: number): string {
  return `refresh:${sessionId}:${generation}`;
}
