import { createSecretKey } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { Env } from '../platform/env';
import type { Actor } from './actor';
import { SessionsRepository } from './sessions.repository';
import { type AccessClaims, TOKEN_AUDIENCE } from './tokens';

/** A token is good while its session lives: sign-out, deactivation and a changed password hold at once. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor(
    @Inject(Env) env: Env,
    private readonly sessions: SessionsRepository,
  ) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      // made once: of a text jsonwebtoken makes one with every request
      secretOrKey: createSecretKey(env.JWT_SECRET!, 'utf8') as unknown as string,
      algorithms: ['HS256'],
      audience: TOKEN_AUDIENCE,
    });
  }

  async validate({ sub, role, sid, restricted }: AccessClaims): Promise<Actor | false> {
    return (await this.sessions.isLive(sid)) && { id: sub, role, sessionId: sid, ...(restricted && { restricted }) };
  }
}
