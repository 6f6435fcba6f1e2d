import { computed, DestroyRef, effect, inject, untracked } from '@angular/core';
import { patchState, signalStore, withComputed, withHooks, withMethods, withState } from '@ngrx/signals';
import type { DashboardData, LiveStats, Order, OrderEvent } from '@qc/contracts';
import { AdminApi } from '../../core/admin-api';
import { messageOf } from '../../core/problem';
import { AdminFeed } from '../admin-feed';
import { mergeOrder } from '../orders/order-merge';

interface BoardState {
  data: DashboardData | undefined;
  error: string | undefined;
}

const SHOWN = 10;
/** Milliseconds. Counts follow events; this only mends what no event tells, such as a partner who went home. */
const READ_EVERY = 30_000;
/** Milliseconds: a burst of events is one read. */
const READ_AFTER = 400;

/** The city now. */
export const BoardStore = signalStore(
  withState<BoardState>({ data: undefined, error: undefined }),
  withComputed(({ data }) => ({
    live: computed<LiveStats | undefined>(() => data()?.live),
    waiting: computed(() => data()?.longestWaiting ?? []),
    recent: computed(() => data()?.recent ?? []),
  })),
  withMethods((store, api = inject(AdminApi)) => {
    let asked = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = async (): Promise<void> => {
      const question = (asked += 1);
      try {
        const data = await api.dashboard();
        if (question === asked) patchState(store, { data, error: undefined });
      } catch (error) {
        if (question === asked) patchState(store, { error: messageOf(error) });
      }
    };
    return {
      load,
      /** Shows the order at once; the counts are the server's, read once for a burst. */
      apply({ order }: OrderEvent): void {
        const data = store.data();
        if (data) patchState(store, { data: { ...data, ...listsWith(data, order) } });
        clearTimeout(timer);
        timer = setTimeout(() => void load(), READ_AFTER);
      },
    };
  }),
  withHooks((store, feed = inject(AdminFeed), destroyRef = inject(DestroyRef)) => ({
    onInit(): void {
      const events = feed.events.subscribe((event) => store.apply(event));
      const timer = setInterval(() => void store.load(), READ_EVERY);
      effect(() => {
        feed.resets();
        untracked(() => void store.load());
      });
      destroyRef.onDestroy(() => {
        events.unsubscribe();
        clearInterval(timer);
      });
    },
  })),
);
export type BoardStore = InstanceType<typeof BoardStore>;

function listsWith(
  { longestWaiting, recent }: DashboardData,
  order: Order,
): Pick<DashboardData, 'longestWaiting' | 'recent'> {
  const others = longestWaiting.filter(({ id }) => id !== order.id);
  const waiting =
    order.status === 'ready' ? [...others, order].sort((a, b) => (a.placedAt < b.placedAt ? -1 : 1)) : others;
  return { longestWaiting: waiting.slice(0, SHOWN), recent: [...mergeOrder(recent, order)].slice(0, SHOWN) };
}
