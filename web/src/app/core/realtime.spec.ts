import { TestBed } from '@angular/core/testing';
import { signal } from '@angular/core';
import { Socket } from 'ngx-socket-io';
import { Realtime } from './realtime';
import { SessionStore } from './session-store';

type Listener = (payload?: unknown) => void;

/** As much of a socket as the client uses; the test plays the network. */
class FakeSocket {
  auth: unknown;
  connected = false;
  readonly sent: [string, unknown][] = [];
  answer: (event: string) => Promise<unknown> = () => Promise.resolve({ ok: true });
  private readonly listeners = new Map<string, Set<Listener>>();
  readonly ioSocket = this;
  readonly connect = jest.fn(() => this);
  readonly disconnect = jest.fn(() => {
    this.connected = false;
    return this;
  });

  on(event: string, listener: Listener): this {
    this.listeners.set(event, (this.listeners.get(event) ?? new Set()).add(listener));
    return this;
  }
  off(event: string, listener: Listener): this {
    this.listeners.get(event)?.delete(listener);
    return this;
  }
  timeout(): this {
    return this;
  }
  emitWithAck(event: string, message: unknown): Promise<unknown> {
    this.sent.push([event, message]);
    return this.answer(event);
  }
  listening(event: string): number {
    return this.listeners.get(event)?.size ?? 0;
  }
  receive(event: string, payload?: unknown): void {
    if (event === 'connect') this.connected = true;
    if (event === 'disconnect') this.connected = false;
    for (const listener of this.listeners.get(event) ?? []) listener(payload);
  }
}

function setUp({ signedIn = true } = {}) {
  const token = signal<string | undefined>(signedIn ? 'token-1' : undefined);
  const session = { token, renew: jest.fn(() => Promise.resolve(token())) };
  const socket = new FakeSocket();
  TestBed.configureTestingModule({
    providers: [Realtime, { provide: Socket, useValue: socket }, { provide: SessionStore, useValue: session }],
  });
  const realtime = TestBed.inject(Realtime);
  TestBed.tick();
  return { token, session, socket, realtime };
}

describe('Realtime', () => {
  it('connects with the access token, and not before there is one', () => {
    const { token, socket, realtime } = setUp({ signedIn: false });
    expect([socket.connect.mock.calls.length, realtime.state()]).toEqual([0, 'idle']);
    token.set('token-1');
    TestBed.tick();
    expect(socket.auth).toEqual({ token: 'token-1' });
    expect(realtime.state()).toBe('connecting');
    socket.receive('connect');
    expect(realtime.state()).toBe('live');
  });

  it('gives a living connection the fresh token instead of breaking it', () => {
    const { token, socket } = setUp();
    socket.receive('connect');
    token.set('token-2');
    TestBed.tick();
    expect(socket.sent).toEqual([['authenticate', { token: 'token-2' }]]);
    expect(socket.disconnect).not.toHaveBeenCalled();
  });

  it('says that it reconnects, and counts each connection so that rooms are joined again', () => {
    const { socket, realtime } = setUp();
    socket.receive('connect');
    socket.receive('disconnect', 'transport close');
    expect([realtime.state(), realtime.connections()]).toEqual(['reconnecting', 1]);
    socket.receive('connect');
    expect([realtime.state(), realtime.connections()]).toEqual(['live', 2]);
  });

  it('renews the session when the server refuses the token, then comes back', async () => {
    const { token, session, socket } = setUp();
    session.renew.mockImplementation(() => {
      token.set('token-2');
      return Promise.resolve('token-2');
    });
    socket.receive('connect_error', { data: { code: 'UNAUTHENTICATED' } });
    await Promise.resolve();
    TestBed.tick();
    expect(session.renew).toHaveBeenCalledTimes(1);
    expect(socket.auth).toEqual({ token: 'token-2' });
    expect(socket.connect).toHaveBeenCalledTimes(2);
  });

  it('follows a public link as its holder, not as whoever is signed in', () => {
    const { token, socket, realtime } = setUp();
    socket.receive('connect');
    realtime.track('link-1');
    expect(socket.disconnect).toHaveBeenCalled();
    expect(socket.auth).toEqual({ trackingToken: 'link-1' });
    token.set('token-2');
    TestBed.tick();
    expect([socket.auth, socket.sent]).toEqual([{ trackingToken: 'link-1' }, []]);
  });

  it('does not press a server that refuses a public link', async () => {
    jest.useFakeTimers();
    const { session, socket, realtime } = setUp();
    realtime.track('link-1');
    const tries = socket.connect.mock.calls.length;
    socket.receive('connect_error', { data: { code: 'UNAUTHENTICATED' } });
    await jest.advanceTimersByTimeAsync(1000);
    expect([socket.connect.mock.calls.length, session.renew.mock.calls.length]).toEqual([tries, 0]);
    await jest.advanceTimersByTimeAsync(4000);
    expect(socket.connect).toHaveBeenCalledTimes(tries + 1);
    jest.useRealTimers();
  });

  it('tries at once when the network is back', () => {
    const { socket } = setUp();
    socket.receive('connect');
    socket.receive('disconnect', 'transport close');
    dispatchEvent(new Event('online'));
    expect(socket.connect).toHaveBeenCalledTimes(2);
  });

  it('leaves with the session', () => {
    const { token, socket, realtime } = setUp();
    socket.receive('connect');
    token.set(undefined);
    TestBed.tick();
    expect(socket.disconnect).toHaveBeenCalled();
    expect(realtime.state()).toBe('idle');
  });

  it('turns a refusal, and no answer at all, into a problem', async () => {
    const { socket, realtime } = setUp();
    socket.receive('connect');
    socket.answer = () => Promise.resolve({ ok: false, code: 'ORDER_NOT_FOUND' });
    await expect(realtime.ask('joinOrder', { orderId: 'o1' })).rejects.toMatchObject({ code: 'ORDER_NOT_FOUND' });
    socket.answer = () => Promise.reject(new Error('operation has timed out'));
    await expect(realtime.ask('joinOrder', { orderId: 'o1' })).rejects.toMatchObject({ code: 'OFFLINE' });
  });

  it('listens for an event only as long as somebody does', () => {
    const { socket, realtime } = setUp();
    const heard: unknown[] = [];
    const one = realtime.on('notification').subscribe((notification) => heard.push(notification));
    const other = realtime.on('notification').subscribe();
    socket.receive('notification', { id: 'n1' });
    one.unsubscribe();
    other.unsubscribe();
    expect([heard.length, socket.listening('notification')]).toEqual([1, 0]);
  });
});
