import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import type { Order, OrderEvent, TrackedOrder } from '@qc/contracts';
import { Subject } from 'rxjs';
import { ProblemError } from '../core/problem';
import { type LiveState, Realtime } from '../core/realtime';
import { LiveOrderStore } from './live-order-store';

/** The order as it stood at `version`. */
function order(version: number, more: Partial<Order> = {}): Order {
  return { id: 'o1', version, status: 'ready', ...more } as Order;
}
function event(seq: number): OrderEvent<Order> {
  return { eventId: `e${seq}`, orderId: 'o1', seq, type: 'ready', at: '2026-01-01T00:00:00Z', order: order(seq) };
}

function setUp() {
  const events = new Subject<OrderEvent<Order | TrackedOrder>>();
  const realtime = {
    state: signal<LiveState>('live'),
    connections: signal(1),
    on: () => events,
    ask: jest.fn((name: string, _message: object): Promise<object> =>
      Promise.resolve({ ok: true, order: order(3), name }),
    ),
  };
  TestBed.configureTestingModule({ providers: [LiveOrderStore, { provide: Realtime, useValue: realtime }] });
  const store = TestBed.inject(LiveOrderStore);
  TestBed.tick();
  const joins = () => realtime.ask.mock.calls.filter(([name]) => name === 'joinOrder').map(([, message]) => message);
  return { store, events, realtime, joins, version: () => store.order()?.version };
}

describe('LiveOrderStore', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('takes events in order', async () => {
    const { store, events, version } = setUp();
    store.open('o1', order(3));
    await jest.advanceTimersByTimeAsync(0);
    events.next(event(4));
    events.next(event(5));
    expect(version()).toBe(5);
  });

  it('drops what it has', async () => {
    const { store, events, version, joins } = setUp();
    store.open('o1', order(3));
    await jest.advanceTimersByTimeAsync(0);
    events.next(event(4));
    events.next(event(4));
    events.next(event(2));
    expect([version(), joins().length]).toEqual([4, 1]);
  });

  it('fetches a gap and never guesses', async () => {
    const { store, events, realtime, joins, version } = setUp();
    store.open('o1', order(3));
    await jest.advanceTimersByTimeAsync(0);
    realtime.ask.mockResolvedValueOnce({ ok: true, order: order(6) });
    events.next(event(6));
    expect(version()).toBe(3);
    await jest.advanceTimersByTimeAsync(0);
    expect(joins().at(-1)).toEqual({ orderId: 'o1', after: 3 });
    expect(version()).toBe(6);
  });

  it('is not set back by an answer that is older than an event', async () => {
    const { store, events, realtime, version } = setUp();
    let answer!: (value: object) => void;
    realtime.ask.mockReturnValueOnce(new Promise<object>((resolve) => (answer = resolve)));
    store.open('o1', order(3));
    events.next(event(4));
    answer({ ok: true, order: order(3) });
    await jest.advanceTimersByTimeAsync(0);
    store.take(order(2));
    expect(version()).toBe(4);
  });

  it('takes newer live values of the same version: lock, arrival, position', async () => {
    const { store, realtime } = setUp();
    store.open('o1', order(3));
    const eta = { from: '2026-01-01T00:10:00Z', to: '2026-01-01T00:20:00Z' };
    realtime.ask.mockResolvedValueOnce({ ok: true, order: order(3, { eta }) });
    await store.sync();
    expect(store.order()?.eta).toEqual(eta);
  });

  it('asks again every 15 s, so that the last event before a silence is not missed', async () => {
    const { store, joins } = setUp();
    store.open('o1', order(3));
    await jest.advanceTimersByTimeAsync(45_000);
    expect(joins().length).toBe(4);
  });

  it('joins again after a reconnect with what it has seen, and says that it caught up', async () => {
    const { store, realtime, joins, version } = setUp();
    store.open('o1', order(3));
    await jest.advanceTimersByTimeAsync(0);
    realtime.ask.mockResolvedValueOnce({ ok: true, order: order(5) });
    realtime.connections.set(2);
    TestBed.tick();
    await jest.advanceTimersByTimeAsync(0);
    expect(joins().at(-1)).toEqual({ orderId: 'o1', after: 3 });
    expect([version(), store.caughtUp()]).toEqual([5, true]);
    await jest.advanceTimersByTimeAsync(5000);
    expect(store.caughtUp()).toBe(false);
  });

  it('says nothing of catching up while the connection holds', async () => {
    const { store, realtime, version } = setUp();
    store.open('o1', order(3));
    await jest.advanceTimersByTimeAsync(0);
    realtime.ask.mockResolvedValueOnce({ ok: true, order: order(4) });
    await store.sync();
    expect([version(), store.caughtUp()]).toEqual([4, false]);
  });

  it('does not ask while there is no connection', async () => {
    const { store, realtime, joins } = setUp();
    realtime.state.set('reconnecting');
    store.open('o1', order(3));
    await jest.advanceTimersByTimeAsync(30_000);
    expect(joins()).toEqual([]);
  });

  it('keeps what it shows when an answer gets lost, and says so when it is refused', async () => {
    const { store, realtime, version } = setUp();
    store.open('o1', order(3));
    realtime.ask.mockRejectedValueOnce(new ProblemError('OFFLINE'));
    await store.sync();
    expect([version(), store.error()]).toEqual([3, undefined]);
    realtime.ask.mockRejectedValueOnce(new ProblemError('ORDER_NOT_FOUND'));
    await store.sync();
    expect(version()).toBe(3);
    expect(store.error()).toBeDefined();
  });

  it('drops an answer that comes when another order is open', async () => {
    const { store, realtime } = setUp();
    let late!: (value: object) => void;
    realtime.ask.mockReturnValueOnce(new Promise<object>((resolve) => (late = resolve)));
    store.open('o1', order(3));
    realtime.ask.mockResolvedValue({ ok: true, order: order(1, { id: 'o2' }) });
    store.open('o2', order(1, { id: 'o2' }));
    late({ ok: true, order: order(9) });
    await jest.advanceTimersByTimeAsync(0);
    expect(store.order()?.id).toBe('o2');
  });

  it('ignores what concerns another order', async () => {
    const { store, events, version } = setUp();
    store.open('o1', order(3));
    await jest.advanceTimersByTimeAsync(0);
    events.next({ ...event(4), orderId: 'o2' });
    store.take(order(9, { id: 'o2' }));
    expect(version()).toBe(3);
  });
});
