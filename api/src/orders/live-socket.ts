import type { ClientToServerEvents, ServerToClientEvents } from '@qc/contracts';
import type { DefaultEventsMap, Server, Socket } from 'socket.io';
import type { Actor } from '../auth/actor';
import { Problem } from '../platform/http/problem';

/** Set by the handshake, never by a message. */
export interface SocketData {
  actor?: Actor;
  /** The holder of a public link: one order, nothing else. */
  trackedOrderId?: string;
  expiry?: NodeJS.Timeout;
}

export type LiveSocket = Socket<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;
export type LiveServer = Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, SocketData>;

/** @throws UNAUTHENTICATED for the holder of a public link, who is nobody in particular */
export function actorOf(socket: LiveSocket): Actor {
  if (!socket.data.actor) throw new Problem('UNAUTHENTICATED');
  return socket.data.actor;
}
