import { computed, DestroyRef, effect, inject, untracked } from '@angular/core';
import { patchState, signalStore, withComputed, withHooks, withMethods, withState } from '@ngrx/signals';
import { isClosed, type Order, type OrderEvent, type TrackedOrder } from '@qc/contracts';
import { OrdersApi } from '../../core/orders-api';
import { messageOf } from '../../core/problem';
import { Realtime } from '../../core/realtime';

interface OrderListState {
  orders: readonly Order[];
  cursor: string | null;
  loading: boolean;
  loaded: boolean;
  error: string | undefined;
}

const PAGE = 20;

/** The customer's own orders, newest first, each as new as the newest that was heard of it. */
export const OrderListStore = signalStore(
  withState<OrderListState>({ orders: [], cursor: null, loading: false, loaded: false, error: undefined }),
  withComputed(({ orders }) => ({
    active: computed(() => orders().filter(isActive)),
    past: computed(() => orders().filter((order) => !isActive(order))),
  })),
  withMethods((store, api = inject(OrdersApi)) => {
    const merge = (found: readonly Order[]): void => patchState(store, { orders: merged(store.orders(), found) });
    const fetchPage = async (cursor?: string): Promise<void> => {
      if (store.loading()) return;
      patchState(store, { loading: true, error: undefined });
      try {
        const { items, nextCursor } = await api.list({ limit: PAGE, cursor });
        merge(items);
        // a look at the newest page must not forget how far down the list was read
        if (cursor || !store.loaded()) patchState(store, { cursor: nextCursor, loaded: true });
      } catch (error) {
        patchState(store, { error: messageOf(error) });
      } finally {
        patchState(store, { loading: false });
      }
    };
    return {
      /** The newest page: at first, and after a connection was lost. */
      refresh: () => fetchPage(),
      more: () => fetchPage(store.cursor() ?? undefined),
      apply({ order }: OrderEvent<Order | TrackedOrder>): void {
        // what concerns this person always comes whole; the reduced view is for public links
        if ('items' in order) merge([order]);
      },
    };
  }),
  withHooks((store, realtime = inject(Realtime), destroyRef = inject(DestroyRef)) => ({
    onInit(): void {
      const events = realtime.on('orderUpdated').subscribe((event) => store.apply(event));
      destroyRef.onDestroy(() => events.unsubscribe());
      effect(() => {
        realtime.connections();
        untracked(() => void store.refresh());
      });
    },
  })),
);
export type OrderListStore = InstanceType<typeof OrderListStore>;

function isActive({ status }: Order): boolean {
  return !isClosed(status) && status !== 'failed';
}

/** An older view never replaces a newer one, whichever way it came. */
function merged(known: readonly Order[], found: readonly Order[]): Order[] {
  const all = new Map(known.map((order) => [order.id, order]));
  for (const order of found) {
    if (order.version >= (all.get(order.id)?.version ?? 0)) all.set(order.id, order);
  }
  return [...all.values()].sort((one, other) => other.placedAt.localeCompare(one.placedAt));
}
