import { computed, DestroyRef, effect, inject, untracked } from '@angular/core';
import { patchState, signalStore, withComputed, withHooks, withMethods, withState } from '@ngrx/signals';
import { type Id, isActive, type MoveOrder, type Order, type OrderEvent } from '@qc/contracts';
import { AuthApi } from '../core/auth-api';
import { DeliveryApi } from '../core/delivery-api';
import { OrdersApi } from '../core/orders-api';
import { hasCode, messageOf } from '../core/problem';
import { Realtime } from '../core/realtime';
import { SessionStore } from '../core/session-store';
import { type WorkNotice, workNotice } from './work-notice';

interface PartnerState {
  /** The answer to the online switch is awaited. */
  switching: boolean;
  /** Under way, in the order in which they came. */
  active: readonly Order[];
  /** The last delivery that this partner finished, until it is put away. */
  finished: Order | undefined;
  notice: WorkNotice | undefined;
  loading: boolean;
  error: string | undefined;
}

/**
 * The work of one partner: at work or not, and what is under way. The newest version of an order wins, however it came
 * (answer, event, read again): what is older changes nothing, also when the order is over and gone from the screen.
 */
export const PartnerStore = signalStore(
  withState<PartnerState>({
    switching: false,
    active: [],
    finished: undefined,
    notice: undefined,
    loading: true,
    error: undefined,
  }),
  withComputed(({ active }, session = inject(SessionStore)) => ({
    available: computed(() => session.user()?.availability?.available ?? false),
    busy: computed(() => active().length > 0),
    awaitsApproval: computed(() => session.user()?.awaitsApproval ?? false),
  })),
  withMethods(
    (
      store,
      auth = inject(AuthApi),
      delivery = inject(DeliveryApi),
      orders = inject(OrdersApi),
      session = inject(SessionStore),
    ) => {
      const seen = new Map<Id, number>();
      const activeOne = (id: Id): Order | undefined => store.active().find((order) => order.id === id);
      const drop = (id: Id): void =>
        patchState(store, ({ active }) => ({ active: active.filter((order) => order.id !== id) }));

      const take = (order: Order): void => {
        if (order.version < (seen.get(order.id) ?? 0)) return;
        seen.set(order.id, order.version);
        const before = activeOne(order.id);
        const mine = order.partner?.id === session.user()?.id && isActive(order.status);
        if (!mine) drop(order.id);
        else patchState(store, ({ active }) => ({ active: before ? replaced(active, order) : [...active, order] }));
        if (before && order.status === 'delivered' && actorOf(order) === 'partner')
          patchState(store, { finished: order });
      };
      const tell = (notice: WorkNotice | undefined): void => {
        if (notice) patchState(store, { notice });
      };
      /** An order was under way when the question was asked, and is not in the answer. */
      const ended = (known: Order, last: Order | undefined): void => {
        if (activeOne(known.id)?.version !== known.version) return; // an event was quicker and has said it
        if (last) take(last);
        else drop(known.id);
        tell(workNotice(last?.status ?? 'released', last ?? known, last && actorOf(last)));
      };
      /** Everything anew: at the start, and after each reconnect. */
      const load = async (): Promise<void> => {
        const known = store.active();
        try {
          const { active, past } = await delivery.orders();
          const still = new Set(active.map(({ id }) => id));
          active.forEach(take);
          for (const order of known)
            if (!still.has(order.id))
              ended(
                order,
                past.find(({ id }) => id === order.id),
              );
          patchState(store, { loading: false, error: undefined });
        } catch (error) {
          patchState(store, { loading: false, error: messageOf(error) });
        }
      };
      const attempt = async (command: Promise<Order>): Promise<void> => {
        try {
          take(await command);
        } catch (error) {
          if (hasCode(error, 'INVALID_TRANSITION', 'ORDER_NOT_FOUND', 'FORBIDDEN')) void load();
          throw error;
        }
      };

      return {
        load,
        take,
        /** Whether the server still holds this partner to be at work, and whether they may be: others may have changed it. */
        async refreshAvailability(): Promise<void> {
          const user = await auth.me().catch(() => undefined); // the next reconnect asks again
          if (user) session.setUser(user);
        },
        /** @throws ProblemError */
        async setAvailable(available: boolean): Promise<void> {
          patchState(store, { switching: true });
          try {
            await delivery.setAvailable(available);
            const user = session.user();
            if (user)
              session.setUser({ ...user, availability: { available, activeDeliveries: store.active().length } });
          } finally {
            patchState(store, { switching: false });
          }
        },
        /** @throws ProblemError */
        move: (orderId: Id, request: MoveOrder): Promise<void> => attempt(orders.move(orderId, request)),
        /** Gives an order back. @throws ProblemError */
        giveBack: (orderId: Id, reason: string): Promise<void> => attempt(delivery.release(orderId, reason)),
        apply(event: OrderEvent): void {
          if (event.seq <= (seen.get(event.orderId) ?? 0)) return;
          const before = activeOne(event.orderId);
          take(event.order);
          // what ends needs to have been there; what comes must not
          const news = event.type === 'assigned' ? !before : before !== undefined;
          if (news) tell(workNotice(event.type, event.order, actorOf(event.order)));
        },
        putAwayFinished(): void {
          patchState(store, { finished: undefined });
        },
        putAwayNotice(): void {
          patchState(store, { notice: undefined });
        },
      };
    },
  ),
  withHooks((store, realtime = inject(Realtime), destroyRef = inject(DestroyRef)) => ({
    onInit(): void {
      const events = realtime.on('orderUpdated').subscribe((event) => store.apply(event as OrderEvent));
      effect(() => {
        const connections = realtime.connections();
        untracked(() => {
          void store.load();
          if (connections > 1) void store.refreshAvailability();
        });
      });
      destroyRef.onDestroy(() => events.unsubscribe());
    },
  })),
);
export type PartnerStore = InstanceType<typeof PartnerStore>;

function replaced(orders: readonly Order[], order: Order): readonly Order[] {
  return orders.map((other) => (other.id === order.id ? order : other));
}

/** The role, not the id: who only browses (and a partner who has just lost the order does) sees no ids. */
function actorOf({ history }: Order): Order['history'][number]['by']['role'] | undefined {
  return history.at(-1)?.by.role;
}
