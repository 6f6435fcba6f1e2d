import { jest } from '@jest/globals';
import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import type { DeliveryOrders, Order, OrderEvent, OrderEventType, OrderLock, OrderPage, User } from '@qc/contracts';
import { Subject } from 'rxjs';
import { AuthApi } from '../core/auth-api';
import { DeliveryApi } from '../core/delivery-api';
import { OrdersApi } from '../core/orders-api';
import { Realtime } from '../core/realtime';
import { SessionStore } from '../core/session-store';

const ME = 'me';

type ByRole = Order['history'][number]['by']['role'];

export function anOrder(id: string, version: number, more: Partial<Order> = {}, by: ByRole = 'partner'): Order {
  const history = [{ seq: version, status: more.status ?? 'ready', at: '2026-01-01T00:00:00Z', by: { role: by } }];
  const base = {
    id,
    number: `QC-${id}`,
    version,
    status: 'ready',
    partner: null,
    lock: null,
    items: [],
    tip: 0,
    history,
  };
  return { ...base, ...more } as unknown as Order;
}

export function myOrder(id: string, version: number, more: Partial<Order> = {}, by?: ByRole): Order {
  return anOrder(id, version, { status: 'assigned', partner: { id: ME, firstName: 'Me' }, ...more }, by);
}

export function eventOf(type: OrderEventType, order: Order): OrderEvent {
  return { eventId: `${order.id}-${order.version}`, orderId: order.id, seq: order.version, type, at: '', order };
}

/** An answer that comes when the test says so. */
export function pending<T>(): { promise: Promise<T>; answer: (value: T) => void; refuse: (error: unknown) => void } {
  let answer!: (value: T) => void;
  let refuse!: (error: unknown) => void;
  const promise = new Promise<T>((resolve, reject) => ([answer, refuse] = [resolve, reject]));
  return { promise, answer, refuse };
}

/** A server and a socket in the test's hands; the partner is at work unless it says otherwise. */
export function fakeWorld({ available = true } = {}) {
  const sent = new Map<string, Subject<unknown>>();
  const subject = (event: string): Subject<unknown> => {
    const known = sent.get(event) ?? new Subject<unknown>();
    sent.set(event, known);
    return known;
  };
  const user = signal<User | undefined>({
    id: ME,
    email: 'me@test',
    role: 'partner',
    profile: { firstName: 'Me' },
    active: true,
    availability: { available, activeDeliveries: 0 },
  });
  const connections = signal(1);
  const state = signal('live');
  const server = {
    me: jest.fn(() => Promise.resolve(user()!)),
    delivering: jest.fn((): Promise<DeliveryOrders> => Promise.resolve({ active: [], past: [] })),
    unassigned: jest.fn((): Promise<OrderPage> => Promise.resolve({ items: [], nextCursor: null })),
    setAvailable: jest.fn((_available: boolean): Promise<void> => Promise.resolve()),
    lock: jest.fn((orderId: string): Promise<OrderLock> =>
      Promise.resolve({ orderId, expiresAt: '2020-01-01T00:00:00Z', lockExpiresIn: 120 }),
    ),
    unlock: jest.fn((_id: string): Promise<void> => Promise.resolve()),
    accept: jest.fn((id: string): Promise<Order> => Promise.resolve(myOrder(id, 9))),
    release: jest.fn((id: string, _reason: string): Promise<Order> => Promise.resolve(anOrder(id, 9))),
    move: jest.fn((id: string, _move: object): Promise<Order> => Promise.resolve(myOrder(id, 9))),
    ask: jest.fn((_event: string, _message: object): Promise<object> => Promise.resolve({ ok: true })),
  };
  const realtime = { on: subject, connections, state, ask: server.ask };
  const delivery = { ...server, orders: server.delivering };
  const session = { user, setUser: (next: User) => user.set(next) };
  const providers = [
    { provide: Realtime, useValue: realtime },
    { provide: SessionStore, useValue: session },
    { provide: AuthApi, useValue: { me: server.me } },
    { provide: DeliveryApi, useValue: delivery },
    { provide: OrdersApi, useValue: { unassigned: server.unassigned, move: server.move } },
  ];
  return {
    providers,
    server,
    user,
    connections,
    state,
    send: (event: string, payload: unknown) => subject(event).next(payload),
  };
}

/** Effects have run and answers have come in. */
export async function settled(): Promise<void> {
  TestBed.tick();
  for (let turn = 0; turn < 8; turn += 1) await Promise.resolve();
}
