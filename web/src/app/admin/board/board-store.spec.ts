import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import {
  type DashboardData,
  type HistoryEntry,
  type Order,
  ORDER_STATUSES,
  type OrderEvent,
  type OrderStatus,
} from '@qc/contracts';
import { Subject } from 'rxjs';
import { AdminApi } from '../../core/admin-api';
import { AdminFeed } from '../admin-feed';
import { BoardStore } from './board-store';

const NOON = '2026-01-01T12:00:00.000Z';
const LATER = '2026-01-01T12:00:05.000Z';

/** The event that brought an order to the last of `statuses`. */
function moved(id: string, ...statuses: OrderStatus[]): OrderEvent {
  const history = statuses.map((status, index) => ({ seq: index + 1, status }) as HistoryEntry);
  const order = { id, version: statuses.length, status: statuses.at(-1), placedAt: NOON, history } as Order;
  return { eventId: id + statuses.length, orderId: id, seq: statuses.length, type: 'placed', at: LATER, order };
}

function board(counts: Partial<Record<OrderStatus, number>> = {}, at = NOON): DashboardData {
  const none = Object.fromEntries(ORDER_STATUSES.map((status) => [status, 0])) as Record<OrderStatus, number>;
  const byStatus = { ...none, ...counts };
  const live = { at, byStatus, openOrders: 4, unassigned: byStatus.ready, partners: { total: 2, online: 2, busy: 0 } };
  return { live, longestWaiting: [], recent: [], currency: 'INR' } as unknown as DashboardData;
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

async function setUp(first: DashboardData) {
  const events = new Subject<OrderEvent>();
  const resets = signal(0);
  const api = { dashboard: jest.fn(() => Promise.resolve(first)) };
  TestBed.configureTestingModule({
    providers: [BoardStore, { provide: AdminApi, useValue: api }, { provide: AdminFeed, useValue: { events, resets } }],
  });
  const store = TestBed.inject(BoardStore);
  TestBed.tick();
  await settled();
  return { store, events, resets, api, counts: () => store.live()!.byStatus };
}

describe('BoardStore', () => {
  it('moves an order from the count where it stood to the one where it stands', async () => {
    const { events, store, counts } = await setUp(board({ ready: 2 }));
    events.next(moved('a', 'pending', 'confirmed', 'preparing', 'ready', 'assigned'));
    expect([counts().ready, counts().assigned, store.live()!.unassigned]).toEqual([1, 1, 1]);
    expect([store.live()!.openOrders, store.live()!.partners.busy]).toEqual([4, 1]);
  });

  it('counts a new order once, and takes a closed one out of what is open', async () => {
    const { events, store, counts } = await setUp(board({ in_transit: 1 }));
    events.next(moved('new', 'pending'));
    expect([counts().pending, store.live()!.openOrders]).toEqual([1, 5]);
    events.next(
      moved('old', 'pending', 'confirmed', 'preparing', 'ready', 'assigned', 'picked_up', 'in_transit', 'delivered'),
    );
    expect([counts().in_transit, counts().delivered, store.live()!.openOrders]).toEqual([0, 1, 4]);
  });

  it('moves nothing for a payment or a rating', async () => {
    const { events, counts } = await setUp(board({ delivered: 1 }));
    const rated = moved('a', 'in_transit', 'delivered');
    events.next({ ...rated, seq: rated.seq + 1 });
    expect([counts().in_transit, counts().delivered]).toEqual([0, 1]);
  });

  it('does not count again what the server had counted when it answered', async () => {
    const { events, counts } = await setUp(board({ assigned: 1 }, LATER));
    events.next(moved('a', 'ready', 'assigned'));
    expect(counts().assigned).toBe(1);
  });

  it('keeps what was heard while an older answer was on its way', async () => {
    const { events, store, api, counts } = await setUp(board({ ready: 1 }));
    let answer: (data: DashboardData) => void = () => undefined;
    api.dashboard.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    const reading = store.load();
    events.next(moved('a', 'ready', 'assigned'));
    answer(board({ ready: 1 }));
    await reading;
    expect([counts().ready, counts().assigned]).toEqual([0, 1]);
  });

  it('lists what waits oldest first, until a partner has it', async () => {
    const { events, store } = await setUp(board({ ready: 1 }));
    const younger = moved('younger', 'pending', 'ready');
    events.next({ ...younger, order: { ...younger.order, placedAt: LATER } });
    events.next(moved('older', 'pending', 'ready'));
    expect(store.waiting().map(({ id }) => id)).toEqual(['older', 'younger']);
    events.next(moved('older', 'pending', 'ready', 'assigned'));
    expect(store.waiting().map(({ id }) => id)).toEqual(['younger']);
  });

  it('reads everything anew after a reset, and still shows the board when that fails', async () => {
    const { store, api, resets } = await setUp(board({ ready: 3 }));
    api.dashboard.mockRejectedValueOnce(new Error('no network'));
    resets.set(1);
    TestBed.tick();
    await settled();
    expect([api.dashboard.mock.calls.length, store.live()!.unassigned, store.error() !== undefined]).toEqual([
      2,
      3,
      true,
    ]);
  });
});
