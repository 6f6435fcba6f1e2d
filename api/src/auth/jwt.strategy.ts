import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { ExtractJwt, type SecretOrKeyProvider, Strategy } from 'passport-jwt';
import type { Actor } from './actor';
import { SessionsRepository } from './sessions.repository';
import { SigningKeys } from './signing-keys';
import { type AccessClaims, TOKEN_RULES } from './tokens';

/** A token is good while its session lives: sign-out, deactivation and a changed password hold at once. */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy) {
  constructor(
    keys: SigningKeys,
    private readonly sessions: SessionsRepository,
  ) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKeyProvider: keyFrom(keys),
      ...TOKEN_RULES,
      algorithms: [...TOKEN_RULES.algorithms],
    });
  }

  async validate({ sub, role, sid, restricted }: AccessClaims): Promise<Actor | false> {
    return (await this.sessions.isLive(sid)) && { id: sub, role, sessionId: sid, ...(restricted && { restricted }) };
  }
}

/** The key as an object that was made once: of a text jsonwebtoken makes one with every request. */
function keyFrom(keys: SigningKeys): SecretOrKeyProvider {
  return (_request: Request, token: string, done: (error: unknown, key?: string) => void) => {
    const key = keys.keyOf(token);
    if (key) done(null, key as unknown as string);
    else done(new Error('a token under no key of ours'));
  };
}
