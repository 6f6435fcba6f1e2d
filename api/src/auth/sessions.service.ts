import { Inject, Injectable } from '@nestjs/common';
import type { Role } from '@qc/contracts';
import { type ClientSession, Types } from 'mongoose';
import { Clock } from '../platform/clock';
import { Env } from '../platform/env';
import { Problem } from '../platform/http/problem';
import type { Actor } from './actor';
import { SessionEndings } from './session-endings';
import type { SessionRecord } from './session.schema';
import { SessionsRepository } from './sessions.repository';
import { Tokens } from './tokens';

export interface IssuedSession {
  accessToken: string;
  /** Seconds. */
  expiresIn: number;
  refreshToken: string;
}

export interface RotatedSession {
  userId: string;
  sessionId: string;
  refreshToken: string;
}

/** Milliseconds in which the token just replaced still gives its successor: the answer may have been lost. */
const GRACE = 10_000;

/** Families of refresh tokens: started, rotated, ended (OAuth 2.0 Security BCP, RFC 9700 §4.14). */
@Injectable()
export class SessionsService {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly tokens: Tokens,
    private readonly endings: SessionEndings,
    private readonly clock: Clock,
    @Inject(Env) private readonly env: Env,
  ) {}

  async start(userId: Types.ObjectId, role: Role): Promise<IssuedSession> {
    const now = this.clock.now();
    const record = { _id: new Types.ObjectId(), userId, generation: 1, rotatedAt: now, expiresAt: this.expiry(now) };
    await this.sessions.insert(record);
    const sessionId = record._id.toHexString();
    const access = await this.accessToken({ id: userId.toHexString(), role, sessionId });
    return { ...access, refreshToken: this.tokens.refresh(sessionId, 1) };
  }

  async accessToken(actor: Actor): Promise<Pick<IssuedSession, 'accessToken' | 'expiresIn'>> {
    return { accessToken: await this.tokens.access(actor), expiresIn: this.env.ACCESS_TOKEN_TTL };
  }

  /** A token older than the one just replaced was stolen or copied: its whole family ends. @throws UNAUTHENTICATED */
  async rotate(token: string | undefined): Promise<RotatedSession> {
    const { sessionId, generation } = this.parse(token);
    const now = this.clock.now();
    const rotated = await this.sessions.rotate(sessionId, generation, now, this.expiry(now));
    const current = rotated ?? (await this.successorInGrace(sessionId, generation, now));
    return {
      userId: current.userId.toHexString(),
      sessionId,
      refreshToken: this.tokens.refresh(sessionId, current.generation),
    };
  }

  async endByToken(token: string | undefined): Promise<void> {
    const parsed = token ? this.tokens.readRefresh(token) : null;
    if (!parsed) return;
    await this.sessions.end(parsed.sessionId);
    this.endings.next(parsed.sessionId);
  }

  /** @throws UNAUTHENTICATED */
  async endAllByToken(token: string | undefined): Promise<void> {
    const { sessionId } = this.parse(token);
    const session = await this.sessions.byId(sessionId);
    if (!session) throw new Problem('UNAUTHENTICATED');
    await this.endAllOf(session.userId.toHexString());
  }

  async endAllOf(userId: string, except?: string): Promise<void> {
    this.announceEnd(await this.sessions.endAllOf(userId, undefined, except));
  }

  /** As part of a transaction; `announceEnd` is for after its commit. */
  endAllWithin(userId: string, session: ClientSession): Promise<Types.ObjectId[]> {
    return this.sessions.endAllOf(userId, session);
  }

  announceEnd(sessionIds: readonly Types.ObjectId[]): void {
    for (const id of sessionIds) this.endings.next(id.toHexString());
  }

  private async successorInGrace(sessionId: string, generation: number, now: Date): Promise<SessionRecord> {
    const current = await this.sessions.byId(sessionId);
    if (!current) throw new Problem('UNAUTHENTICATED');
    const justReplaced = current.generation === generation + 1 && now.getTime() - current.rotatedAt.getTime() <= GRACE;
    if (justReplaced) return current;
    await this.sessions.end(sessionId);
    this.endings.next(sessionId);
    throw new Problem('UNAUTHENTICATED', 'this session has ended');
  }

  private parse(token: string | undefined): { sessionId: string; generation: number } {
    const parsed = token ? this.tokens.readRefresh(token) : null;
    if (!parsed) throw new Problem('UNAUTHENTICATED');
    return parsed;
  }

  private expiry(now: Date): Date {
    return new Date(now.getTime() + this.env.REFRESH_TOKEN_TTL * 1000);
  }
}
