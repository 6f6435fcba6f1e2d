import { DestroyRef, effect, inject, untracked } from '@angular/core';
import { patchState, signalStore, withHooks, withMethods, withState } from '@ngrx/signals';
import type { Order, OrderEvent, TrackedOrder } from '@qc/contracts';
import { hasCode, messageOf } from '../core/problem';
import { Realtime } from '../core/realtime';

type AnyOrder = Order | TrackedOrder;

interface LiveOrderState {
  order: AnyOrder | undefined;
  error: string | undefined;
  /** True for a moment after a reconnect brought what was missed. */
  caughtUp: boolean;
}

/** Milliseconds: asked again so that the last event before a silence is not missed (contract). */
const SYNC_EVERY = 15_000;
const CAUGHT_UP_FOR = 4000;

/**
 * One order, live. Events are taken by `seq`: what is already here is dropped, a gap is fetched, never guessed, and an older
 * answer never overwrites a newer event. Provide it with the page that shows the order.
 */
export const LiveOrderStore = signalStore(
  withState<LiveOrderState>({ order: undefined, error: undefined, caughtUp: false }),
  withMethods((store, realtime = inject(Realtime)) => {
    let orderId: string | undefined;
    let joinedIn = 0;
    const take = (order: AnyOrder): boolean => {
      const newer = order.version > (store.order()?.version ?? 0);
      // the same version may carry newer live values (lock, eta, position)
      if (order.version >= (store.order()?.version ?? 0)) patchState(store, { order, error: undefined });
      return newer;
    };
    /** The answer to a join. After a lost connection it says that it brought what was missed. */
    const arrive = (order: AnyOrder, connection: number): void => {
      const cameBack = joinedIn !== 0 && joinedIn !== connection;
      joinedIn = connection;
      if (!take(order) || !cameBack) return;
      patchState(store, { caughtUp: true });
      setTimeout(() => patchState(store, { caughtUp: false }), CAUGHT_UP_FOR);
    };
    const sync = async (): Promise<void> => {
      const id = orderId;
      if (!id || realtime.state() !== 'live') return;
      const connection = realtime.connections();
      const after = store.order()?.version;
      try {
        const { order } = await realtime.ask('joinOrder', { orderId: id, ...(after !== undefined && { after }) });
        if (id === orderId) arrive(order, connection);
      } catch (error) {
        // no answer: the next sync or connection tries again; a refusal is final
        if (id === orderId && !hasCode(error, 'OFFLINE')) patchState(store, { error: messageOf(error) });
      }
    };
    return {
      sync,
      open(id: string, initial?: AnyOrder): void {
        if (orderId && orderId !== id) this.close();
        orderId = id;
        joinedIn = 0;
        patchState(store, { order: initial, error: undefined, caughtUp: false });
        void sync();
      },
      apply(event: OrderEvent<AnyOrder>): void {
        if (event.orderId !== orderId) return;
        const seen = store.order()?.version ?? 0;
        if (event.seq <= seen) return;
        if (event.seq > seen + 1) return void sync();
        patchState(store, { order: event.order });
      },
      /** Takes the answer to an own command, which may come before its event. */
      take(order: AnyOrder): void {
        if (order.id === orderId) take(order);
      },
      fail(error: string): void {
        patchState(store, { error });
      },
      close(): void {
        if (orderId && realtime.state() === 'live') void realtime.ask('leaveOrder', { orderId }).catch(() => undefined);
        orderId = undefined;
      },
    };
  }),
  withHooks((store, realtime = inject(Realtime), destroyRef = inject(DestroyRef)) => ({
    onInit(): void {
      const events = realtime.on('orderUpdated').subscribe((event) => store.apply(event));
      const timer = setInterval(() => void store.sync(), SYNC_EVERY);
      effect(() => {
        realtime.connections();
        untracked(() => void store.sync());
      });
      destroyRef.onDestroy(() => {
        events.unsubscribe();
        clearInterval(timer);
        store.close();
      });
    },
  })),
);
export type LiveOrderStore = InstanceType<typeof LiveOrderStore>;
