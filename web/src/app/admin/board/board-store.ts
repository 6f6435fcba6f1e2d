import { computed, DestroyRef, effect, inject, untracked } from '@angular/core';
import { patchState, signalStore, withComputed, withHooks, withMethods, withState } from '@ngrx/signals';
import type { DashboardData, LiveStats, OrderEvent } from '@qc/contracts';
import { AdminApi } from '../../core/admin-api';
import { messageOf } from '../../core/problem';
import { AdminFeed } from '../admin-feed';
import { boardAfter } from './board-counts';

interface BoardState {
  data: DashboardData | undefined;
  /** Why the last read failed; what `data` shows is then as old as the last event. */
  error: string | undefined;
}

/** Milliseconds. Counts follow events; this mends what no event tells, such as a partner who went home. */
const READ_EVERY = 30_000;
/** Milliseconds from an event to the read that brings the day's summary: a busy hour is one read each time, not one an order. */
const READ_AFTER = 5000;

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
    let heard: OrderEvent[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = async (): Promise<void> => {
      const question = (asked += 1);
      heard = [];
      try {
        const data = await api.dashboard();
        // what was heard while the answer was on its way may be newer than the answer
        if (question === asked) patchState(store, { data: heard.reduce(boardAfter, data), error: undefined });
      } catch (error) {
        if (question === asked) patchState(store, { error: messageOf(error) });
      }
    };
    const readSoon = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void load();
      }, READ_AFTER);
    };
    return {
      load,
      /** Moves the order from its old count to its new one at once, and has the rest read soon. */
      apply(event: OrderEvent): void {
        heard.push(event);
        const data = store.data();
        if (data) patchState(store, { data: boardAfter(data, event) });
        readSoon();
      },
      forgetReading(): void {
        clearTimeout(timer);
        timer = undefined;
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
        store.forgetReading();
      });
    },
  })),
);
export type BoardStore = InstanceType<typeof BoardStore>;
