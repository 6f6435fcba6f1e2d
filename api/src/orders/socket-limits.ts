import { Inject, Injectable } from '@nestjs/common';
import type { Actor } from '../auth/actor';
import { Env } from '../platform/env';
import { Problem } from '../platform/http/problem';
import { TokenBucket } from '../platform/limits/token-bucket';
import type { LiveSocket } from './live-socket';
import { rooms } from './rooms';

/** Admins watch a whole shop. */
const ROOMS_OF_AN_ADMIN = 5;
/** Positions that may come at once, in seconds of the lasting rate. */
const BURST = 10;

/** How many connections, rooms and positions one account may have, in this process. `RATE_LIMIT_ENABLED=false` lifts all. */
@Injectable()
export class SocketLimits {
  private readonly positions = new Map<string, TokenBucket>();

  constructor(@Inject(Env) private readonly env: Env) {}

  /** A socket that was lost in a tunnel counts until it is missed. @throws RATE_LIMITED */
  assertMayConnect(socket: LiveSocket, { id }: Actor): void {
    if (!this.env.RATE_LIMIT_ENABLED) return;
    if (socketsOf(socket, id) >= this.env.RATE_LIMIT_CONNECTIONS)
      throw new Problem('RATE_LIMITED', 'too many connections');
    socket.once('disconnect', () => {
      if (socketsOf(socket, id) === 0) this.positions.delete(id);
    });
  }

  /** @throws RATE_LIMITED when the socket follows as many orders as it may, and not this one */
  assertMayFollow(socket: LiveSocket, room: string): void {
    if (!this.env.RATE_LIMIT_ENABLED || socket.rooms.has(room)) return;
    const most = this.env.RATE_LIMIT_ROOMS * (socket.data.actor?.role === 'admin' ? ROOMS_OF_AN_ADMIN : 1);
    const followed = [...socket.rooms].filter((name) => name.startsWith('order_')).length;
    if (followed >= most) throw new Problem('RATE_LIMITED', `no more than ${most} orders at once`);
  }

  /** Of an account, over all of its sockets: twice as many as batches over HTTP. */
  takesPosition({ id }: Actor): boolean {
    if (!this.env.RATE_LIMIT_ENABLED) return true;
    const rate = (2 * this.env.RATE_LIMIT_POSITIONS) / 60;
    const bucket = this.positions.get(id) ?? new TokenBucket(rate, Math.ceil(rate * BURST));
    this.positions.set(id, bucket);
    return bucket.take();
  }
}

function socketsOf({ nsp }: LiveSocket, userId: string): number {
  return nsp.adapter.rooms.get(rooms.user(userId))?.size ?? 0;
}
