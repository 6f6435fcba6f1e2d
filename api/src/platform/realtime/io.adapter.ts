import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { Server, ServerOptions } from 'socket.io';
import type { Env } from '../env';
import { isOwnPage, listedOrigins } from '../http/own-pages';
import { Redis } from '../redis/redis';
import { LiveSockets } from './live-sockets';
import { adapterOver } from './redis-adapter';

/** Bytes of one client message. */
const LARGEST_MESSAGE = 64 * 1024;

/** Socket.IO for the product: rooms over all processes, size bound, and a foreign `Origin` refused on both transports (`cors` alone does not stop WebSocket). */
export class LiveAdapter extends IoAdapter {
  private readonly allowed: ReadonlySet<string>;
  private readonly adapter: ReturnType<typeof adapterOver>;
  private readonly live: LiveSockets;

  constructor(app: INestApplicationContext, env: Env) {
    super(app);
    this.adapter = adapterOver(app.get(Redis));
    this.live = app.get(LiveSockets);
    this.allowed = listedOrigins(env);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    const server = super.createIOServer(port, {
      ...options,
      ...(this.adapter && { adapter: this.adapter }),
      maxHttpBufferSize: LARGEST_MESSAGE,
      serveClient: false,
      cors: { origin: [...this.allowed], credentials: true },
      allowRequest: (request, answer) => answer(null, isOwnPage(request.headers, this.allowed)),
    } as ServerOptions);
    this.live.attach(server);
    return server;
  }
}
