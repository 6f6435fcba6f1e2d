import { DestroyRef, effect, inject, untracked } from '@angular/core';
import { patchState, signalStore, withHooks, withMethods, withState } from '@ngrx/signals';
import type { Order } from '@qc/contracts';
import { AdminApi } from '../../core/admin-api';
import { messageOf } from '../../core/problem';
import { AdminFeed } from '../admin-feed';
import { matches, mergeOrder, type OrderFilter } from './order-merge';

interface OrdersState {
  orders: readonly Order[];
  nextCursor: string | null;
  loading: boolean;
  error: string | undefined;
}

const PAGE = 50;
const EVERYTHING: OrderFilter = { statuses: [], q: '' };

/** The table of orders under one filter, live: an order comes in when it matches and goes when it no longer does. */
export const OrdersStore = signalStore(
  withState<OrdersState>({ orders: [], nextCursor: null, loading: true, error: undefined }),
  withMethods((store, api = inject(AdminApi)) => {
    let filter = EVERYTHING;
    let asked = 0;
    const read = (cursor?: string) =>
      api.orders({
        status: filter.statuses.join(',') || undefined,
        q: filter.q.trim() || undefined,
        limit: PAGE,
        cursor,
      });
    return {
      async show(next: OrderFilter): Promise<void> {
        filter = next;
        const question = (asked += 1);
        patchState(store, { loading: true, error: undefined });
        try {
          const { items, nextCursor } = await read();
          if (question === asked) patchState(store, { orders: items, nextCursor, loading: false });
        } catch (error) {
          if (question === asked)
            patchState(store, { orders: [], nextCursor: null, loading: false, error: messageOf(error) });
        }
      },
      reload(): Promise<void> {
        return this.show(filter);
      },
      async more(): Promise<void> {
        const cursor = store.nextCursor();
        if (!cursor) return;
        const question = asked;
        const { items, nextCursor } = await read(cursor);
        if (question !== asked) return;
        const known = new Set(store.orders().map(({ id }) => id));
        patchState(store, { orders: [...store.orders(), ...items.filter(({ id }) => !known.has(id))], nextCursor });
      },
      apply(order: Order): void {
        const orders = store.orders();
        const known = orders.find(({ id }) => id === order.id);
        if (known && known.version > order.version) return;
        if (!matches(order, filter)) return patchState(store, { orders: orders.filter(({ id }) => id !== order.id) });
        patchState(store, { orders: mergeOrder(orders, order) });
      },
    };
  }),
  withHooks((store, feed = inject(AdminFeed), destroyRef = inject(DestroyRef)) => ({
    onInit(): void {
      const events = feed.events.subscribe(({ order }) => store.apply(order));
      effect(() => {
        // the page asks first; this is for whoever was away too long to be told event by event
        if (feed.resets() > 1) untracked(() => void store.reload());
      });
      destroyRef.onDestroy(() => events.unsubscribe());
    },
  })),
);
export type OrdersStore = InstanceType<typeof OrdersStore>;
