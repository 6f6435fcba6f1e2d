import { Injectable } from '@nestjs/common';
import type { ProblemCode, SocketCredentials } from '@qc/contracts';
import { SocketAuth } from '../auth/socket-auth';
import { Problem } from '../platform/http/problem';
import { PartnersRepository } from '../users/partners.repository';
import type { LiveSocket } from './live-socket';
import { OrdersService } from './orders.service';
import { rooms } from './rooms';
import { SocketGate } from './socket-gate';
import { SocketLimits } from './socket-limits';

/** Who may connect, which rooms a socket is in by itself, and when it has to go. */
@Injectable()
export class SocketHandshake {
  constructor(
    private readonly auth: SocketAuth,
    private readonly orders: OrdersService,
    private readonly partners: PartnersRepository,
    private readonly gate: SocketGate,
    private readonly limits: SocketLimits,
  ) {}

  /** Socket.IO middleware: a refusal reaches the client as `connect_error` with `data.code`. */
  readonly middleware = (socket: LiveSocket, next: (error?: Error) => void): void => {
    this.admit(socket).then(
      () => next(),
      (error: unknown) => next(refusalOf(error)),
    );
  };

  /** A fresh token on a living connection. @throws UNAUTHENTICATED, also for somebody else's token */
  async renew(socket: LiveSocket, token: unknown): Promise<void> {
    const { actor, expiresAt } = await this.auth.identify(token);
    if (actor.id !== socket.data.actor?.id) throw new Problem('UNAUTHENTICATED', 'the token is somebody else’s');
    await socket.leave(rooms.session(socket.data.actor.sessionId));
    await socket.join(rooms.session(actor.sessionId));
    socket.data.actor = actor;
    this.endAt(socket, expiresAt);
  }

  private async admit(socket: LiveSocket): Promise<void> {
    this.gate.guard(socket);
    const { token, trackingToken } = socket.handshake.auth as SocketCredentials;
    if (typeof trackingToken === 'string' && token === undefined) {
      socket.data.trackedOrderId = (await this.orders.findTracked(trackingToken))._id.toHexString();
      return;
    }
    const { actor, expiresAt } = await this.auth.identify(token);
    this.limits.assertMayConnect(socket, actor);
    socket.data.actor = actor;
    await socket.join([rooms.user(actor.id), rooms.session(actor.sessionId)]);
    // after the user's room, so that a change of availability in between reaches this socket too
    if (actor.role === 'partner' && (await this.partners.byId(actor.id))?.available) await socket.join(rooms.partners);
    this.endAt(socket, expiresAt);
  }

  private endAt(socket: LiveSocket, expiresAt: Date): void {
    clearTimeout(socket.data.expiry);
    const left = Math.min(expiresAt.getTime() - Date.now(), 2 ** 31 - 1);
    socket.data.expiry = setTimeout(() => socket.disconnect(true), left).unref();
    socket.once('disconnect', () => clearTimeout(socket.data.expiry));
  }
}

/** Of what went wrong who is not known is told no more than what can be mended. */
const TOLD: readonly ProblemCode[] = ['SECOND_FACTOR_SETUP_REQUIRED', 'RATE_LIMITED'];

function refusalOf(error: unknown): Error {
  const code = error instanceof Problem && TOLD.includes(error.code) ? error.code : 'UNAUTHENTICATED';
  return Object.assign(new Error(code), { data: { code } });
}
