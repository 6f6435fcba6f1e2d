import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import type { Order, OrderEvent, OrderPage, TrackedOrder } from '@qc/contracts';
import { Subject } from 'rxjs';
import { OrdersApi } from '../../core/orders-api';
import { Realtime } from '../../core/realtime';
import { OrderListStore } from './order-list-store';

function order(id: string, version: number, more: Partial<Order> = {}): Order {
  return { id, version, status: 'ready', items: [], placedAt: `2026-01-0${id}T00:00:00Z`, ...more } as unknown as Order;
}
const event = (changed: Order): OrderEvent<Order> => ({
  eventId: `e${changed.version}`,
  orderId: changed.id,
  seq: changed.version,
  type: 'ready',
  at: changed.placedAt,
  order: changed,
});
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

async function setUp(first: OrderPage) {
  const events = new Subject<OrderEvent<Order | TrackedOrder>>();
  const connections = signal(0);
  const api = { list: jest.fn((_query: object): Promise<OrderPage> => Promise.resolve(first)) };
  TestBed.configureTestingModule({
    providers: [
      OrderListStore,
      { provide: OrdersApi, useValue: api },
      { provide: Realtime, useValue: { on: () => events, connections } },
    ],
  });
  const store = TestBed.inject(OrderListStore);
  TestBed.tick();
  await settled();
  return { store, events, connections, api, shown: () => store.orders().map(({ id, version }) => `${id}@${version}`) };
}

describe('OrderListStore', () => {
  it('shows each order as new as the newest that was heard of it', async () => {
    const { events, shown } = await setUp({ items: [order('2', 3), order('1', 9)], nextCursor: null });
    events.next(event(order('2', 4)));
    events.next(event(order('1', 8)));
    expect(shown()).toEqual(['2@4', '1@9']);
  });

  it('puts an order that was placed elsewhere on top', async () => {
    const { events, shown } = await setUp({ items: [order('1', 9)], nextCursor: null });
    events.next(event(order('3', 1)));
    expect(shown()).toEqual(['3@1', '1@9']);
  });

  it('parts what is on its way from what is over', async () => {
    const past = ['delivered', 'cancelled', 'failed'] as const;
    const items = [order('9', 1), ...past.map((status, index) => order(String(index + 1), 5, { status }))];
    const { store } = await setUp({ items, nextCursor: null });
    expect(store.active().map(({ id }) => id)).toEqual(['9']);
    expect(store.past().length).toBe(3);
  });

  it('looks at the newest page after a reconnect, and still knows how far down it was read', async () => {
    const { store, api, connections, shown } = await setUp({ items: [order('3', 1)], nextCursor: 'c1' });
    api.list.mockResolvedValueOnce({ items: [order('2', 1)], nextCursor: 'c2' });
    await store.more();
    api.list.mockResolvedValueOnce({ items: [order('4', 1), order('3', 2)], nextCursor: 'c9' });
    connections.set(1);
    TestBed.tick();
    await settled();
    expect([shown(), store.cursor()]).toEqual([['4@1', '3@2', '2@1'], 'c2']);
  });
});
