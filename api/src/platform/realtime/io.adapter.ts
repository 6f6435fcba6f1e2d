import type { IncomingMessage } from 'node:http';
import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { Server, ServerOptions } from 'socket.io';
import type { Env } from '../env';
import { socketHeaders } from '../http/security-headers';
import { Redis } from '../redis/redis';
import { RateStore } from '../limits/rate-store';
import { LiveSockets } from './live-sockets';
import { adapterOver } from './redis-adapter';
import { WireLimits } from './wire-limits';

/** Bytes of one client message. */
const LARGEST_MESSAGE = 64 * 1024;

/** Socket.IO for the product: rooms over all processes, size bound, and a foreign `Origin` refused on both transports (`cors` alone does not stop WebSocket). */
export class LiveAdapter extends IoAdapter {
  private readonly allowed: ReadonlySet<string>;
  private readonly adapter: ReturnType<typeof adapterOver>;
  private readonly live: LiveSockets;
  private readonly limits: WireLimits;

  constructor(app: INestApplicationContext, env: Env) {
    super(app);
    this.adapter = adapterOver(app.get(Redis));
    this.live = app.get(LiveSockets);
    this.limits = new WireLimits(env, app.get(RateStore));
    this.allowed = new Set(env.CORS_ORIGIN?.split(',').map((origin) => origin.trim()) ?? []);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    const server = super.createIOServer(port, {
      ...options,
      ...(this.adapter && { adapter: this.adapter }),
      maxHttpBufferSize: LARGEST_MESSAGE,
      serveClient: false,
      cors: { origin: [...this.allowed], credentials: true },
      allowRequest: (request, answer) => void this.mayConnect(request).then((may) => answer(null, may)),
    } as ServerOptions);
    server.engine.use(socketHeaders());
    this.live.attach(server);
    this.limits.watch(server);
    return server;
  }

  private async mayConnect(request: IncomingMessage): Promise<boolean> {
    return this.isOwnPage(request) && (await this.limits.admits(request));
  }

  /** An absent `Origin` is a program, not a page: the token it must show is not ambient. */
  private isOwnPage({ headers: { origin, host } }: IncomingMessage): boolean {
    if (origin === undefined || this.allowed.has(origin)) return true;
    return URL.canParse(origin) && new URL(origin).host === host;
  }
}
