import { DestroyRef, effect, inject, untracked } from '@angular/core';
import { patchState, signalStore, withHooks, withMethods, withState } from '@ngrx/signals';
import type { Id, Order } from '@qc/contracts';
import { AdminApi } from '../../core/admin-api';
import { messageOf } from '../../core/problem';
import { AdminFeed } from '../admin-feed';
import { byNewest, freshest, matches, mergeOrder, numberStart, type OrderFilter } from './order-merge';

interface OrdersState {
  orders: readonly Order[];
  /** Where older orders go on. */
  nextCursor: string | null;
  loading: boolean;
  loadingMore: boolean;
  error: string | undefined;
  /** Why older orders could not be read; what is shown stays. */
  moreError: string | undefined;
}

const PAGE = 50;
const EVERYTHING: OrderFilter = { statuses: [], q: '' };
const NOTHING: OrdersState = {
  orders: [],
  nextCursor: null,
  loading: true,
  loadingMore: false,
  error: undefined,
  moreError: undefined,
};

/** The table of orders under one filter, live: an order comes in when it matches and goes when it no longer does. */
export const OrdersStore = signalStore(
  withState<OrdersState>(NOTHING),
  withMethods((store, api = inject(AdminApi)) => {
    let filter = EVERYTHING;
    let asked = 0;
    /** By id, what events said since the reading under way began. */
    let heard = new Map<Id, Order>();
    const read = (cursor?: string) =>
      api.orders({
        status: filter.statuses.join(',') || undefined,
        q: numberStart(filter.q) || undefined,
        limit: PAGE,
        cursor,
      });
    /** Whether an order of that age is within what has been read so far; an older one comes with its page. */
    const isWithin = (placedAt: string): boolean =>
      store.nextCursor() === null || placedAt >= (store.orders().at(-1)?.placedAt ?? '');
    const put = (order: Order): void => {
      const orders = store.orders();
      const known = orders.find(({ id }) => id === order.id);
      if (known && known.version > order.version) return;
      if (!matches(order, filter)) return patchState(store, { orders: orders.filter(({ id }) => id !== order.id) });
      if (known || isWithin(order.placedAt)) patchState(store, { orders: mergeOrder(orders, order) });
    };
    return {
      async show(next: OrderFilter): Promise<void> {
        filter = next;
        const question = (asked += 1);
        heard = new Map();
        patchState(store, { loading: true, loadingMore: false, error: undefined, moreError: undefined });
        try {
          const { items, nextCursor } = await read();
          if (question !== asked) return;
          patchState(store, { orders: freshest(items, heard, filter), nextCursor, loading: false });
          // what came in meanwhile may not be in the answer at all
          for (const order of heard.values()) put(order);
        } catch (error) {
          if (question === asked) patchState(store, { ...NOTHING, loading: false, error: messageOf(error) });
        }
      },
      reload(): Promise<void> {
        return this.show(filter);
      },
      /** Adds the next older orders. One reading at a time. */
      async more(): Promise<void> {
        const cursor = store.nextCursor();
        if (!cursor || store.loadingMore()) return;
        const question = asked;
        heard = new Map();
        patchState(store, { loadingMore: true, moreError: undefined });
        try {
          const { items, nextCursor } = await read(cursor);
          if (question !== asked) return;
          const known = new Set(store.orders().map(({ id }) => id));
          const older = freshest(items, heard, filter).filter(({ id }) => !known.has(id));
          patchState(store, { orders: [...store.orders(), ...older].sort(byNewest), nextCursor, loadingMore: false });
        } catch (error) {
          if (question === asked) patchState(store, { loadingMore: false, moreError: messageOf(error) });
        }
      },
      apply(order: Order): void {
        heard.set(order.id, order);
        put(order);
        if (!store.loading() && !store.loadingMore()) heard.clear();
      },
    };
  }),
  withHooks((store, feed = inject(AdminFeed), destroyRef = inject(DestroyRef)) => ({
    onInit(): void {
      const events = feed.events.subscribe(({ order }) => store.apply(order));
      const before = untracked(feed.resets);
      effect(() => {
        // the page asks first; this is for whoever was away too long to be told event by event
        if (feed.resets() > before) untracked(() => void store.reload());
      });
      destroyRef.onDestroy(() => events.unsubscribe());
    },
  })),
);
export type OrdersStore = InstanceType<typeof OrdersStore>;
