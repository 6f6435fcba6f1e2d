import type {
  ClientToServerEvents,
  Order,
  OrderLine,
  ProblemBody,
  Register,
  ServerToClientEvents,
  Session,
  User,
} from '@qc/contracts';
import { io, type Socket } from 'socket.io-client';

export type LiveClient = Socket<ServerToClientEvents, ClientToServerEvents>;

export interface Answer<T> {
  status: number;
  body: T;
  headers: Headers;
}

type Headers_ = Record<string, string>;

/** Milliseconds: more than any request may take. Who waits longer was forgotten. */
const FORGOTTEN = 40_000;

/** One person with a browser of their own: speaks the public contract and nothing else. */
export class Client {
  token?: string;
  user!: User;
  /** `name=value` of the refresh cookie. */
  cookie?: string;
  private readonly sockets: LiveClient[] = [];

  constructor(readonly url: string) {}

  async signIn(email: string, password: string): Promise<this> {
    return this.keep(await this.post<Session>('/auth/login', { email, password }));
  }

  async register(account: Register): Promise<this> {
    return this.keep(await this.post<Session>('/auth/register', account));
  }

  get<T = ProblemBody>(path: string, headers?: Headers_): Promise<Answer<T>> {
    return this.send<T>('GET', path, undefined, headers);
  }

  post<T = ProblemBody>(path: string, body?: unknown, headers?: Headers_): Promise<Answer<T>> {
    return this.send<T>('POST', path, body, headers);
  }

  put<T = ProblemBody>(path: string, body?: unknown, headers?: Headers_): Promise<Answer<T>> {
    return this.send<T>('PUT', path, body, headers);
  }

  delete<T = ProblemBody>(path: string, headers?: Headers_): Promise<Answer<T>> {
    return this.send<T>('DELETE', path, undefined, headers);
  }

  placeOrder(items: OrderLine[], fields: object = {}, headers?: Headers_): Promise<Answer<Order>> {
    const body = {
      items,
      deliveryAddress: { street: '5 Park Lane', city: 'Bengaluru' },
      paymentMethod: 'cash',
      ...fields,
    };
    return this.post<Order>('/orders', body, headers);
  }

  move(orderId: string, status: string, fields: object = {}, headers?: Headers_): Promise<Answer<Order>> {
    return this.put(`/orders/${orderId}/status`, { status, ...fields }, headers);
  }

  accept(orderId: string): Promise<Answer<Order>> {
    return this.post(`/orders/${orderId}/accept`);
  }

  /** A connected socket. Rejects with the `connect_error`. */
  async connect(auth: object = { token: this.token }, options: object = {}): Promise<LiveClient> {
    const socket = this.socket(auth, options);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
      socket.connect();
    });
    return socket;
  }

  /** A socket that is not connected yet. */
  socket(auth: object = { token: this.token }, options: object = {}): LiveClient {
    const socket: LiveClient = io(this.url, {
      auth,
      transports: ['websocket'],
      forceNew: true,
      autoConnect: false,
      reconnection: false,
      ...options,
    });
    this.sockets.push(socket);
    return socket;
  }

  disconnect(): void {
    for (const socket of this.sockets) socket.disconnect();
  }

  private keep(answer: Answer<Session>): this {
    if (answer.status >= 300) throw new Error(`sign-in failed: ${JSON.stringify(answer.body)}`);
    this.token = answer.body.accessToken;
    this.user = answer.body.user;
    this.cookie = answer.headers.getSetCookie()[0]?.split(';')[0];
    return this;
  }

  private async send<T>(method: string, path: string, body?: unknown, headers: Headers_ = {}): Promise<Answer<T>> {
    const response = await fetch(`${this.url}/api${path}`, {
      method,
      signal: AbortSignal.timeout(FORGOTTEN),
      headers: {
        ...(body === undefined || body instanceof FormData ? {} : { 'Content-Type': 'application/json' }),
        ...(this.token ? { Authorization: `Bearer ${this.token}` } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: asSent(body) }),
    });
    const text = await response.text();
    const json = response.headers.get('Content-Type')?.includes('json');
    const read: unknown = text && (json ? JSON.parse(text) : text);
    return { status: response.status, body: (text ? read : undefined) as T, headers: response.headers };
  }
}

function asSent(body: unknown): string | FormData {
  return typeof body === 'string' || body instanceof FormData ? body : JSON.stringify(body);
}

/** The next event of this name for which `test` holds. Rejects after 5 s, so that a missing event has a name. */
export function nextEvent<E extends keyof ServerToClientEvents>(
  socket: LiveClient,
  event: E,
  test: (payload: Parameters<ServerToClientEvents[E]>[0]) => boolean = () => true,
): Promise<Parameters<ServerToClientEvents[E]>[0]> {
  type Payload = Parameters<ServerToClientEvents[E]>[0];
  return new Promise((resolve, reject) => {
    const untyped = socket as unknown as {
      on(name: string, on: (payload: Payload) => void): void;
      off(name: string, on: (payload: Payload) => void): void;
    };
    const timer = setTimeout(() => {
      untyped.off(event, listener);
      reject(new Error(`no ${event} came within 5 s`));
    }, 5000);
    const listener = (payload: Payload): void => {
      if (!test(payload)) return;
      clearTimeout(timer);
      untyped.off(event, listener);
      resolve(payload);
    };
    untyped.on(event, listener);
  });
}
