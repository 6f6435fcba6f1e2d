import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import type { Order, OrderEvent, OrderPage, OrderStatus } from '@qc/contracts';
import { Subject } from 'rxjs';
import { AdminApi } from '../../core/admin-api';
import { AdminFeed } from '../admin-feed';
import { OrdersStore } from './orders-store';

const OPEN: readonly OrderStatus[] = ['ready', 'assigned'];

/** Order `n` was placed on the n-th day. */
function order(n: number, version: number, status: OrderStatus = 'ready'): Order {
  return { id: `${n}`, number: `QC-${n}ABC${n}D`, version, status, placedAt: `2026-01-0${n}T00:00:00Z` } as Order;
}

async function setUp(first: OrderPage, statuses: readonly OrderStatus[] = OPEN, q = '') {
  const events = new Subject<OrderEvent>();
  const resets = signal(1);
  const api = { orders: jest.fn((_query: object): Promise<OrderPage> => Promise.resolve(first)) };
  TestBed.configureTestingModule({
    providers: [
      OrdersStore,
      { provide: AdminApi, useValue: api },
      { provide: AdminFeed, useValue: { events, resets } },
    ],
  });
  const store = TestBed.inject(OrdersStore);
  TestBed.tick();
  await store.show({ statuses, q });
  const hear = (changed: Order): void => events.next({ orderId: changed.id, order: changed } as OrderEvent);
  return { store, api, resets, hear, shown: () => store.orders().map(({ id, version }) => `${id}@${version}`) };
}

/** An answer that comes when it is told to. */
function later(): { answer: Promise<OrderPage>; give: (page: OrderPage) => void } {
  let give: (page: OrderPage) => void = () => undefined;
  const answer = new Promise<OrderPage>((resolve) => (give = resolve));
  return { answer, give };
}

describe('OrdersStore', () => {
  it('changes a row with its event, and never back with an older one', async () => {
    const { hear, shown } = await setUp({ items: [order(2, 4), order(1, 4)], nextCursor: null });
    hear(order(2, 5, 'assigned'));
    hear(order(2, 3));
    expect(shown()).toEqual(['2@5', '1@4']);
  });

  it('puts a new order on top when it matches, and leaves it out when it does not', async () => {
    const { hear, shown } = await setUp({ items: [order(2, 4)], nextCursor: null });
    hear(order(4, 1));
    hear(order(3, 1, 'cancelled'));
    expect(shown()).toEqual(['4@1', '2@4']);
  });

  it('matches by the beginning of the number, with or without its prefix, in any case', async () => {
    const { hear, store, shown } = await setUp({ items: [], nextCursor: null }, [], '3abc');
    for (const n of [3, 4]) hear(order(n, 1));
    expect(shown()).toEqual(['3@1']);
    await store.show({ statuses: [], q: ' qc-4A ' });
    for (const n of [3, 4]) hear(order(n, 2));
    expect(shown()).toEqual(['4@2']);
  });

  it('takes an order out when it no longer matches', async () => {
    const { hear, shown } = await setUp({ items: [order(2, 4), order(1, 4)], nextCursor: null });
    hear(order(2, 8, 'delivered'));
    expect(shown()).toEqual(['1@4']);
  });

  it('lets no answer that was on its way undo what events said meanwhile', async () => {
    const { store, api, hear, shown } = await setUp({ items: [], nextCursor: null });
    const { answer, give } = later();
    api.orders.mockReturnValueOnce(answer);
    const reading = store.reload();
    hear(order(1, 5, 'assigned'));
    hear(order(2, 9, 'delivered'));
    hear(order(4, 1));
    give({ items: [order(3, 4), order(2, 7, 'assigned'), order(1, 4)], nextCursor: null });
    await reading;
    expect(shown()).toEqual(['4@1', '3@4', '1@5']);
  });

  it('adds older orders below, each once, as new as is known', async () => {
    const { store, api, hear, shown } = await setUp({ items: [order(5, 4), order(4, 4)], nextCursor: 'older' });
    hear(order(2, 6));
    expect(shown()).toEqual(['5@4', '4@4']);
    const { answer, give } = later();
    api.orders.mockReturnValueOnce(answer);
    const reading = store.more();
    hear(order(3, 5, 'assigned'));
    give({ items: [order(4, 4), order(3, 4), order(2, 6)], nextCursor: null });
    await reading;
    expect([shown(), store.nextCursor()]).toEqual([['5@4', '4@4', '3@5', '2@6'], null]);
  });

  it('keeps what it shows when older orders cannot be read, and says so', async () => {
    const { store, api, shown } = await setUp({ items: [order(5, 4)], nextCursor: 'older' });
    api.orders.mockRejectedValueOnce(new Error('no network'));
    await store.more();
    expect([shown(), store.moreError() !== undefined, store.loadingMore()]).toEqual([['5@4'], true, false]);
  });

  it('reads anew when it was away too long to be told event by event', async () => {
    const { api, resets } = await setUp({ items: [], nextCursor: null });
    resets.set(2);
    TestBed.tick();
    expect(api.orders).toHaveBeenCalledTimes(2);
  });
});
