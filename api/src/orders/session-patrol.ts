import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { SocketAuth } from '../auth/socket-auth';
import { LiveSockets } from '../platform/realtime/live-sockets';
import type { LiveSocket } from './live-socket';

/** Milliseconds from the end of one round to the beginning of the next. */
const EVERY = 2000;

/**
 * Closes the sockets of sessions that are no more. An end is told at once, to other processes over Redis; this holds where
 * it was not heard: Redis away, a socket that joined its session's room in the moment of the end.
 */
@Injectable()
export class SessionPatrol implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(SessionPatrol.name);
  private timer?: NodeJS.Timeout;
  private round: Promise<void> = Promise.resolve();
  private over = false;

  constructor(
    private readonly live: LiveSockets,
    private readonly auth: SocketAuth,
  ) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async onApplicationShutdown(): Promise<void> {
    this.over = true;
    clearTimeout(this.timer);
    await this.round;
  }

  private schedule(): void {
    if (this.over) return;
    this.timer = setTimeout(() => {
      this.round = this.look()
        .catch((error: unknown) => this.logger.warn(`sessions of sockets wait for the database: ${String(error)}`))
        .then(() => this.schedule());
    }, EVERY).unref();
  }

  /** One query for all sockets of this process; none where there are none. */
  private async look(): Promise<void> {
    const sockets = this.live.here() as LiveSocket[];
    const sessions = new Set(sockets.flatMap(({ data: { actor } }) => actor?.sessionId ?? []));
    if (!sessions.size) return;
    const ended = await this.auth.endedAmong([...sessions]);
    // by the session that it has now: a fresh token may have come meanwhile
    for (const socket of sockets) if (ended.has(socket.data.actor?.sessionId ?? '')) socket.disconnect(true);
  }
}
