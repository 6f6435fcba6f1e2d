import {
  DestroyRef,
  effect,
  type EnvironmentProviders,
  inject,
  Injectable,
  makeEnvironmentProviders,
  signal,
  untracked,
} from '@angular/core';
import type { Ack, ClientToServerEvents, ServerToClientEvents } from '@qc/contracts';
import { provideSocketIo, Socket } from 'ngx-socket-io';
import { Observable } from 'rxjs';
import { ProblemError, refused } from './problem';
import { SessionStore } from './session-store';

/** `idle`: nobody is signed in. `reconnecting`: what is shown may be old. */
export type LiveState = 'idle' | 'connecting' | 'live' | 'reconnecting';

type Message<E extends keyof ClientToServerEvents> = Parameters<ClientToServerEvents[E]>[0];
type Answer<E extends keyof ClientToServerEvents> = Extract<
  Parameters<Parameters<ClientToServerEvents[E]>[1]>[0],
  { ok: true }
>;

/** The socket without its event map: TypeScript cannot follow that map through a generic event name. */
interface PlainSocket {
  on(event: string, listener: (payload: unknown) => void): void;
  off(event: string, listener: (payload: unknown) => void): void;
}

/** Milliseconds that the server gets to acknowledge. */
const PATIENCE = 8000;
/** Milliseconds between two tries with a token that was refused. */
const REFUSED_PAUSE = 3000;
/** Milliseconds until another connection of the account may have ended. */
const CROWDED_PAUSE = 15_000;

/** The one living connection of a portal. Rooms are the callers': `connections` counts up with each new connection, for them to join again. */
@Injectable()
export class Realtime {
  private readonly socket = inject<Socket<ServerToClientEvents, ClientToServerEvents>>(Socket);
  private readonly session = inject(SessionStore);
  private readonly stateNow = signal<LiveState>('idle');
  private readonly connectionCount = signal(0);
  private trackingToken?: string;

  readonly state = this.stateNow.asReadonly();
  readonly connections = this.connectionCount.asReadonly();

  constructor() {
    this.socket.on('connect', () => this.connected());
    this.socket.on('disconnect', (reason) => this.disconnected(reason));
    this.socket.on('connect_error', (error) => void this.refusedToConnect(error));
    effect(() => {
      const token = this.session.token();
      untracked(() => this.follow(token));
    });
    // the pause between two tries may be long: no need to wait for its end when the network is back
    const retry = (): void => this.retry();
    addEventListener('online', retry);
    inject(DestroyRef).onDestroy(() => {
      removeEventListener('online', retry);
      this.socket.disconnect();
    });
  }

  /** Connects as the holder of a public link instead of a signed-in person. */
  track(trackingToken: string): void {
    this.trackingToken = trackingToken;
    // whoever is signed in may be a stranger to this order: a connection of theirs would be refused
    this.socket.disconnect();
    this.socket.auth = { trackingToken };
    this.stateNow.set('connecting');
    this.socket.connect();
  }

  on<E extends keyof ServerToClientEvents>(event: E): Observable<Parameters<ServerToClientEvents[E]>[0]> {
    // not `fromEvent`: it keeps its listener for ever when two subscribe and leave, and ticks the whole app at each event
    return new Observable((subscriber) => {
      const listener = (payload: Parameters<ServerToClientEvents[E]>[0]): void => subscriber.next(payload);
      const socket = this.socket.ioSocket as unknown as PlainSocket;
      socket.on(event, listener as (payload: unknown) => void);
      return () => socket.off(event, listener as (payload: unknown) => void);
    });
  }

  /** @throws ProblemError: a refusal, or OFFLINE when no answer came */
  async ask<E extends keyof ClientToServerEvents>(event: E, message: Message<E>): Promise<Answer<E>> {
    const socket = this.socket.ioSocket.timeout(PATIENCE) as unknown as {
      emitWithAck(event: string, message: unknown): Promise<Ack>;
    };
    const answer = await socket.emitWithAck(event, message).catch(() => {
      throw new ProblemError('OFFLINE');
    });
    if (!answer.ok) throw refused(answer);
    return answer as Answer<E>;
  }

  private follow(token: string | undefined): void {
    if (this.trackingToken) return;
    if (!token) {
      this.socket.disconnect();
      this.stateNow.set('idle');
      return;
    }
    this.socket.auth = { token };
    if (this.socket.ioSocket.connected) void this.ask('authenticate', { token }).catch(() => this.reconnect());
    else this.connect();
  }

  private connect(): void {
    if (this.stateNow() === 'idle') this.stateNow.set('connecting');
    this.socket.connect();
  }

  private retry(): void {
    if (this.stateNow() !== 'idle' && !this.socket.ioSocket.connected) this.reconnect();
  }

  private reconnect(): void {
    this.socket.disconnect();
    this.stateNow.set('reconnecting');
    this.socket.connect();
  }

  private connected(): void {
    this.stateNow.set('live');
    this.connectionCount.update((count) => count + 1);
  }

  private disconnected(reason: string): void {
    if (this.stateNow() === 'idle') return;
    this.stateNow.set('reconnecting');
    // the server ended it: the token ran out, or the session did; socket.io does not try again by itself
    if (reason === 'io server disconnect') void this.renewAndConnect();
  }

  private async refusedToConnect(error: Error & { data?: { code?: string } }): Promise<void> {
    this.stateNow.set(this.connectionCount() ? 'reconnecting' : 'connecting');
    if (error.data?.code === 'UNAUTHENTICATED') await this.renewAndConnect();
    // as many tabs as allowed are open; socket.io does not try again by itself
    if (error.data?.code === 'RATE_LIMITED') setTimeout(() => this.retry(), CROWDED_PAUSE);
  }

  private async renewAndConnect(): Promise<void> {
    if (this.trackingToken) return void setTimeout(() => this.socket.connect(), REFUSED_PAUSE);
    const before = this.session.token();
    const token = await this.session.renew();
    // a new token is followed by the effect; the same one means that the server could not be asked
    if (token && token === before) setTimeout(() => this.socket.connect(), REFUSED_PAUSE);
  }
}

/** For a lazy route, so that the first page does not carry Socket.IO. */
export function provideRealtime(): EnvironmentProviders {
  return makeEnvironmentProviders([
    provideSocketIo({
      url: '',
      options: {
        autoConnect: false,
        transports: ['websocket', 'polling'],
        reconnectionDelay: 300,
        reconnectionDelayMax: 5000,
      },
    }),
    Realtime,
  ]);
}
