import { Inject, Injectable } from '@nestjs/common';
import type { Refusal } from '@qc/contracts';
import { ruleOfMessage } from '../auth/access';
import type { Actor } from '../auth/actor';
import { Env } from '../platform/env';
import { Problem } from '../platform/http/problem';
import { TokenBucket } from '../platform/limits/token-bucket';
import { Metrics } from '../platform/metrics/metrics';
import type { LiveSocket, SocketData } from './live-socket';
import { rooms } from './rooms';
import { SocketPace } from './socket-pace';

/** Admins watch a whole shop. */
const ROOMS_OF_AN_ADMIN = 5;
/** Positions that may come at once, in seconds of the lasting rate. */
const BURST = 10;

/** The door for every client message: what comes too fast, or the table of access does not allow, is answered unheard. */
@Injectable()
export class SocketGate {
  private readonly positions = new Map<string, TokenBucket>();

  constructor(
    private readonly metrics: Metrics,
    @Inject(Env) private readonly env: Env,
  ) {}

  guard(socket: LiveSocket): void {
    const pace = new SocketPace(this.env);
    socket.use(([name, ...payload], next) => {
      const speed = this.env.RATE_LIMIT_ENABLED ? pace.next() : 'fine';
      const problem =
        speed === 'fine'
          ? (problemWith(String(name), socket.data) ?? this.tooManyPositions(String(name), socket.data))
          : new Problem('RATE_LIMITED', 'too many messages');
      if (!problem) return next();
      this.metrics.refused(problem.code);
      const acknowledge: unknown = payload.at(-1);
      if (typeof acknowledge === 'function') (acknowledge as (answer: Refusal) => void)(refusalOf(problem));
      if (speed === 'over') socket.disconnect(true);
    });
    socket.once('disconnect', () => this.forget(socket));
  }

  /** Of this process: a socket that was lost in a tunnel counts until it is missed. @throws RATE_LIMITED */
  assertMayConnect(socket: LiveSocket, { id }: Actor): void {
    if (!this.env.RATE_LIMIT_ENABLED) return;
    if (socketsOf(socket, id) >= this.env.RATE_LIMIT_CONNECTIONS)
      throw new Problem('RATE_LIMITED', 'too many connections');
  }

  /** @throws RATE_LIMITED when the socket follows as many orders as it may, and not this one */
  assertMayFollow(socket: LiveSocket, room: string): void {
    if (!this.env.RATE_LIMIT_ENABLED || socket.rooms.has(room)) return;
    const most = this.env.RATE_LIMIT_ROOMS * (socket.data.actor?.role === 'admin' ? ROOMS_OF_AN_ADMIN : 1);
    const followed = [...socket.rooms].filter((name) => name.startsWith('order_')).length;
    if (followed >= most) throw new Problem('RATE_LIMITED', `no more than ${most} orders at once`);
  }

  /** Of an account, over all of its sockets: twice as many as batches over HTTP. */
  private tooManyPositions(name: string, { actor }: SocketData): Problem | undefined {
    if (name !== 'partnerLocation' || !actor || !this.env.RATE_LIMIT_ENABLED) return undefined;
    const rate = (2 * this.env.RATE_LIMIT_POSITIONS) / 60;
    const bucket = this.positions.get(actor.id) ?? new TokenBucket(rate, Math.ceil(rate * BURST));
    this.positions.set(actor.id, bucket);
    return bucket.take() ? undefined : new Problem('RATE_LIMITED', 'too many positions');
  }

  private forget(socket: LiveSocket): void {
    const { actor } = socket.data;
    if (actor && socketsOf(socket, actor.id) === 0) this.positions.delete(actor.id);
  }
}

function socketsOf({ nsp }: LiveSocket, userId: string): number {
  return nsp.adapter.rooms.get(rooms.user(userId))?.size ?? 0;
}

function problemWith(name: string, { actor }: SocketData): Problem | undefined {
  const rule = ruleOfMessage(name);
  if (!rule) return new Problem('NOT_FOUND', 'there is no such message');
  if (actor) return rule[actor.role] ? undefined : new Problem('FORBIDDEN', `this is not for a ${actor.role}`);
  return rule.anyone ? undefined : new Problem('UNAUTHENTICATED');
}

function refusalOf({ code, detail }: Problem): Refusal {
  return { ok: false, code, ...(detail !== undefined && { detail }) };
}
