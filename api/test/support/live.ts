import type { Ack, OrderEvent, ServerToClientEvents } from '@qc/contracts';
import type { LiveClient } from './client';

/** Sends one message, however malformed, and gives its acknowledgement. Rejects after 5 s, so that a missing one has a name. */
export function ask<T extends object = object>(
  socket: LiveClient,
  message: string,
  ...payload: unknown[]
): Promise<Ack<T>> {
  const untyped = socket as unknown as {
    timeout(ms: number): { emitWithAck(name: string, ...payload: unknown[]): Promise<Ack<T>> };
  };
  return untyped.timeout(5000).emitWithAck(message, ...payload);
}

type Heard<E extends keyof ServerToClientEvents> = Parameters<ServerToClientEvents[E]>[0];

/** Everything that a socket hears from now on, in order. */
export class Ear {
  private readonly heard: [name: string, payload: unknown][] = [];

  constructor(private readonly socket: LiveClient) {
    socket.onAny((name: string, payload: unknown) => this.heard.push([name, payload]));
  }

  of<E extends keyof ServerToClientEvents>(name: E): Heard<E>[] {
    return this.heard.filter(([one]) => one === name).map(([, payload]) => payload as Heard<E>);
  }

  names(): string[] {
    return this.heard.map(([name]) => name);
  }

  /** `orderUpdated` of one order. */
  order(orderId: string): OrderEvent[] {
    return (this.of('orderUpdated') as OrderEvent[]).filter((event) => event.orderId === orderId);
  }

  /** Resolves when all that the server had sent before has arrived: its answer to a message cannot overtake it. */
  async settled(): Promise<this> {
    await ask(this.socket, 'leaveOrder', { orderId: '0'.repeat(24) });
    return this;
  }
}
