import { Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import type { Server, Socket } from 'socket.io';
import { Metrics } from '../metrics/metrics';

/** Milliseconds over which sockets are sent away, so that they do not all come back at once. */
const SPREAD = 3000;

/** The sockets that are connected to this process. */
@Injectable()
export class LiveSockets {
  private server?: Server;

  constructor(metrics: Metrics) {
    metrics.gauge('qc_sockets', 'Connected clients', () => this.server?.engine.clientsCount ?? 0);
  }

  attach(server: Server): void {
    this.server = server;
  }

  here(): Socket[] {
    return [...(this.server?.sockets.sockets.values() ?? [])];
  }

  /** Breaks each connection at a moment of its own: unlike a disconnect, that makes its client come back by itself. */
  async sendAway(): Promise<void> {
    await Promise.all(
      this.here().map(async (socket) => {
        await pause(Math.random() * SPREAD);
        socket.conn.close();
      }),
    );
  }
}
