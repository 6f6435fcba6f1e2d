import { Injectable } from '@nestjs/common';
import { Problem } from '../platform/http/problem';
import type { Actor } from './actor';
import { SessionsRepository } from './sessions.repository';
import { type AccessClaims, Tokens } from './tokens';

/** Who is on a socket, and until when the token is good. */
export interface SocketIdentity {
  actor: Actor;
  expiresAt: Date;
}

@Injectable()
export class SocketAuth {
  constructor(
    private readonly tokens: Tokens,
    private readonly sessions: SessionsRepository,
  ) {}

  /** The same check as a REST call's. @throws UNAUTHENTICATED, SECOND_FACTOR_SETUP_REQUIRED: no message is of the own account */
  async identify(token: unknown): Promise<SocketIdentity> {
    const claims = typeof token === 'string' ? await this.tokens.read(token).catch(() => null) : null;
    if (!claims || !(await this.sessions.isLive(claims.sid))) throw new Problem('UNAUTHENTICATED');
    if (claims.restricted) throw new Problem('SECOND_FACTOR_SETUP_REQUIRED');
    return identityOf(claims);
  }
}

function identityOf({ sub, role, sid, exp }: AccessClaims): SocketIdentity {
  return { actor: { id: sub, role, sessionId: sid }, expiresAt: new Date(exp * 1000) };
}
