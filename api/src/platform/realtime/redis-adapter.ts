import { createAdapter } from '@socket.io/redis-adapter';
import type { Redis as Link } from 'ioredis';
import type { Redis } from '../redis/redis';

type AdapterConstructor = ReturnType<typeof createAdapter>;

/** Rooms that reach over all processes; undefined where there is only one. */
export function adapterOver({ publisher, subscriber }: Redis): AdapterConstructor | undefined {
  return publisher && subscriber && createAdapter(new Publisher(publisher), subscriber);
}

/** What the adapter asks of a client. It waits for no answer, so that a refusal would be nobody's and end the process. */
class Publisher {
  constructor(private readonly link: Link) {}

  publish(channel: string, message: string | Buffer): void {
    void this.link.publish(channel, message).catch(() => undefined);
  }

  /** The name that the adapter still calls `call` by. */
  send_command(name: string, args: string[], done: (error: unknown, result?: unknown) => void): void {
    this.link.call(name, ...args).then((result) => done(null, result), done);
  }

  on(event: string, listener: () => void): void {
    this.link.on(event, listener);
  }

  off(event: string, listener: () => void): void {
    this.link.off(event, listener);
  }
}
