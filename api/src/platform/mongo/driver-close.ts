import { createRequire } from 'node:module';
import type { Socket } from 'node:net';

interface DriverConnection {
  readonly socket: Socket;
  cleanup: (this: DriverConnection, error: Error) => void;
}

/** The driver's own, of the very copy that Mongoose uses. */
export const { Connection } = createRequire(import.meta.resolve('mongoose'))('mongodb/lib/cmap/connection.js') as {
  Connection: { prototype: DriverConnection };
};

/**
 * Mends the driver (7.8): a command that is written to a socket in the instant of its breaking waits for a `drain` that
 * a closed socket never gives, for ever and past every time-out. Told of it, the command sees that its connection is
 * closed and fails as any other.
 */
export function endWritesOfClosedConnections(): void {
  const { cleanup } = Connection.prototype;
  Connection.prototype.cleanup = function (error): void {
    cleanup.call(this, error);
    this.socket.emit('drain');
  };
}
