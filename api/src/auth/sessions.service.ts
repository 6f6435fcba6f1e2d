import { Inject, Injectable } from '@nestjs/common';
import type { Role, SessionList } from '@qc/contracts';
import { type ClientSession, Types } from 'mongoose';
import { AuditLog } from '../audit/audit-log';
import { Clock } from '../platform/clock';
import { Env } from '../platform/env';
import { Problem } from '../platform/http/problem';
import { currentRequest } from '../platform/http/request-context';
import type { Actor } from './actor';
import { deviceLabel } from './device-label';
import { SessionEndings } from './session-endings';
import type { SessionRecord } from './session.schema';
import { sessionView } from './session.view';
import { type Lifetime, type Seen, SessionsRepository } from './sessions.repository';
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
  expiresAt: Date;
  refreshToken: string;
}

/** Milliseconds in which the token just replaced still gives its successor: the answer may have been lost. */
const GRACE = 10_000;
/** More than a person has: the oldest of more end with the rest, by `logout-all`. */
const LISTED = 100;

/** Families of refresh tokens: started, rotated, ended (OAuth 2.0 Security BCP, RFC 9700 §4.14). */
@Injectable()
export class SessionsService {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly tokens: Tokens,
    private readonly endings: SessionEndings,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
    @Inject(Env) private readonly env: Env,
  ) {}

  async start(userId: Types.ObjectId, role: Role, grant: Pick<Actor, 'restricted'> = {}): Promise<IssuedSession> {
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + Math.min(this.lifetime.ttl, this.lifetime.most));
    const times = { startedAt: now, rotatedAt: now, expiresAt };
    const record = { _id: new Types.ObjectId(), userId, generation: 1, ...times, ...whereFrom() };
    await this.sessions.insert(record);
    const sessionId = record._id.toHexString();
    const access = await this.accessToken({ id: userId.toHexString(), role, sessionId, ...grant }, expiresAt);
    return { ...access, refreshToken: this.tokens.refresh(sessionId, 1) };
  }

  /** Good for `ACCESS_TOKEN_TTL`, and no longer than its session. */
  async accessToken(actor: Actor, sessionEnd: Date): Promise<Pick<IssuedSession, 'accessToken' | 'expiresIn'>> {
    const left = Math.floor((sessionEnd.getTime() - this.clock.now().getTime()) / 1000);
    const expiresIn = Math.min(this.env.ACCESS_TOKEN_TTL, left);
    return { accessToken: await this.tokens.access(actor, expiresIn), expiresIn };
  }

  /** A token older than the one just replaced was stolen or copied: its whole family ends. @throws UNAUTHENTICATED */
  async rotate(token: string | undefined): Promise<RotatedSession> {
    const { sessionId, generation } = this.parse(token);
    const now = this.clock.now();
    const rotated = await this.sessions.rotate(sessionId, generation, { now, ...this.lifetime }, whereFrom());
    const current = rotated ?? (await this.successorInGrace(sessionId, generation, now));
    return {
      userId: current.userId.toHexString(),
      sessionId,
      expiresAt: current.expiresAt,
      refreshToken: this.tokens.refresh(sessionId, current.generation),
    };
  }

  /** The account's sessions, the last used first. */
  async list({ id, sessionId }: Actor): Promise<SessionList> {
    const sessions = await this.sessions.listOf(id, this.clock.now(), LISTED);
    return { items: sessions.map((session) => sessionView(session, sessionId)), nextCursor: null };
  }

  /** @throws SESSION_NOT_FOUND also for somebody else's */
  async endOwn({ id, role }: Actor, sessionId: string): Promise<void> {
    if (!(await this.sessions.endOf(id, sessionId))) throw new Problem('SESSION_NOT_FOUND');
    this.endings.next(sessionId);
    await this.audit.record({ action: 'session.ended', by: { id, role }, target: { kind: 'session', id: sessionId } });
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

  private get lifetime(): Omit<Lifetime, 'now'> {
    return { ttl: this.env.REFRESH_TOKEN_TTL * 1000, most: this.env.SESSION_MAX_TTL * 1000 };
  }
}

function whereFrom(): Seen {
  const { userAgent, address } = currentRequest() ?? {};
  return { device: deviceLabel(userAgent), ...(address && { address }) };
}
