import { computed, DestroyRef, effect, inject, untracked } from '@angular/core';
import { patchState, signalStore, withComputed, withHooks, withMethods, withState } from '@ngrx/signals';
import { type Id, isActive, type Order, type OrderEvent, type OrderLock, type Timestamp } from '@qc/contracts';
import { DeliveryApi } from '../core/delivery-api';
import { OrdersApi } from '../core/orders-api';
import { hasCode, messageOf } from '../core/problem';
import { Realtime } from '../core/realtime';
import { SessionStore } from '../core/session-store';

interface PartnerState {
  available: boolean;
  switching: boolean;
  /** What waits for a partner, oldest first. */
  cards: readonly Order[];
  /** Orders that somebody looks at, and until when. */
  held: Readonly<Record<Id, Timestamp>>;
  /** The order that this partner looks at. */
  lock: OrderLock | undefined;
  active: readonly Order[];
  /** The last delivery that was finished here, until it is put away. */
  finished: Order | undefined;
  /** What others did to an order of this partner. */
  notice: string | undefined;
  loading: boolean;
  error: string | undefined;
}

/** Milliseconds: several cards that come at once are read at once. */
const READ_AFTER = 120;

/** The work of one partner: what can be taken, what is held, what is under way. */
export const PartnerStore = signalStore(
  withState<PartnerState>({
    available: false,
    switching: false,
    cards: [],
    held: {},
    lock: undefined,
    active: [],
    finished: undefined,
    notice: undefined,
    loading: true,
    error: undefined,
  }),
  withComputed(({ active, cards, lock }) => ({
    current: computed(() => active()[0]),
    busy: computed(() => active().length > 0),
    looking: computed(() => cards().find(({ id }) => id === lock()?.orderId)),
  })),
  withMethods((store, delivery = inject(DeliveryApi), orders = inject(OrdersApi), session = inject(SessionStore)) => {
    let reading = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;

    const removeCard = (orderId: Id): void => {
      patchState(store, ({ cards, held }) => ({
        cards: cards.filter(({ id }) => id !== orderId),
        held: without(held, orderId),
      }));
      if (store.lock()?.orderId === orderId) patchState(store, { lock: undefined });
    };
    const readCards = async (): Promise<void> => {
      if (!store.available()) return patchState(store, { cards: [], held: {}, lock: undefined });
      const read = (reading += 1);
      const { items } = await orders.unassigned();
      if (read !== reading) return; // a newer question is on its way
      const others = items.flatMap(({ id, lock }) => (lock && !lock.mine ? [[id, lock.expiresAt] as const] : []));
      const mine = items.find(({ lock }) => lock?.mine);
      patchState(store, {
        cards: items,
        held: Object.fromEntries(others),
        lock: mine ? { orderId: mine.id, expiresAt: mine.lock!.expiresAt, lockExpiresIn: 0 } : undefined,
      });
    };
    /** Newer wins: an answer that was overtaken by an event changes nothing. */
    const take = (order: Order): void => {
      const known = store.active().find(({ id }) => id === order.id);
      if (known && known.version > order.version) return;
      const rest = store.active().filter(({ id }) => id !== order.id);
      const mine = order.partner?.id === session.user()?.id;
      patchState(store, { active: mine && isActive(order.status) ? [...rest, order] : rest });
    };
    const lost = (orderId: Id, error: unknown): void => {
      if (hasCode(error, 'ORDER_ALREADY_ASSIGNED', 'INVALID_TRANSITION', 'ORDER_NOT_FOUND')) removeCard(orderId);
      if (hasCode(error, 'ORDER_LOCKED')) {
        const until = error.body?.['expiresAt'];
        if (typeof until === 'string') patchState(store, ({ held }) => ({ held: { ...held, [orderId]: until } }));
      }
    };

    return {
      removeCard,
      take,
      /** Everything anew: at the start, and after each reconnect. */
      async load(): Promise<void> {
        patchState(store, { available: session.user()?.availability?.available ?? false });
        try {
          const [{ active }] = await Promise.all([delivery.orders(), readCards()]);
          patchState(store, { active, loading: false, error: undefined });
        } catch (error) {
          patchState(store, { loading: false, error: messageOf(error) });
        }
      },
      /** @throws ProblemError */
      async setAvailable(available: boolean): Promise<void> {
        patchState(store, { switching: true });
        try {
          await delivery.setAvailable(available);
          const user = session.user()!;
          session.setUser({ ...user, availability: { available, activeDeliveries: store.active().length } });
          patchState(store, { available });
          await readCards();
        } finally {
          patchState(store, { switching: false });
        }
      },
      /** A card came: its details are read, several together. */
      expectCards(): void {
        clearTimeout(timer);
        timer = setTimeout(() => void readCards().catch(() => undefined), READ_AFTER);
      },
      hold(orderId: Id, until: Timestamp): void {
        if (store.lock()?.orderId === orderId)
          return patchState(store, ({ lock }) => ({ lock: { ...lock!, expiresAt: until } }));
        patchState(store, ({ held }) => ({ held: { ...held, [orderId]: until } }));
      },
      letGo(orderId: Id): void {
        patchState(store, ({ held }) => ({ held: without(held, orderId) }));
        if (store.lock()?.orderId === orderId) patchState(store, { lock: undefined });
      },
      /** Looks at an order without others taking it. @throws ProblemError, with the card as it now stands */
      async look(orderId: Id): Promise<void> {
        try {
          patchState(store, { lock: await delivery.lock(orderId), held: without(store.held(), orderId) });
        } catch (error) {
          lost(orderId, error);
          throw error;
        }
      },
      async stopLooking(): Promise<void> {
        const lock = store.lock();
        patchState(store, { lock: undefined });
        if (lock) await delivery.unlock(lock.orderId).catch(() => undefined); // it ends by itself
      },
      /** @throws ProblemError when somebody else was quicker, with the card already gone */
      async accept(orderId: Id): Promise<void> {
        try {
          const order = await delivery.accept(orderId);
          take(order);
          removeCard(orderId);
          patchState(store, { finished: undefined, notice: undefined });
        } catch (error) {
          lost(orderId, error);
          throw error;
        }
      },
      /** The answer to an own step. */
      finish(order: Order): void {
        take(order);
        if (order.status === 'delivered') patchState(store, { finished: order });
      },
      putAway(): void {
        patchState(store, { finished: undefined, notice: undefined });
      },
      apply(event: OrderEvent): void {
        const known = store.active().find(({ id }) => id === event.orderId);
        if (known && event.seq <= known.version) return;
        take(event.order);
        const self = event.order.history.at(-1)?.by.id === session.user()?.id;
        if (known && !self) patchState(store, { notice: noticeOf(event, known) });
      },
    };
  }),
  withHooks((store, realtime = inject(Realtime), destroyRef = inject(DestroyRef)) => ({
    onInit(): void {
      const subscriptions = [
        realtime.on('newOrderAvailable').subscribe(() => store.expectCards()),
        realtime.on('orderLocked').subscribe(({ orderId, expiresAt }) => store.hold(orderId, expiresAt)),
        realtime.on('orderLockReleased').subscribe(({ orderId }) => store.letGo(orderId)),
        realtime.on('orderAssigned').subscribe(({ orderId }) => store.removeCard(orderId)),
        realtime.on('orderWithdrawn').subscribe(({ orderId }) => store.removeCard(orderId)),
        realtime.on('orderUpdated').subscribe((event) => store.apply(event as OrderEvent)),
      ];
      effect(() => {
        realtime.connections();
        untracked(() => void store.load());
      });
      destroyRef.onDestroy(() => subscriptions.forEach((subscription) => subscription.unsubscribe()));
    },
  })),
);
export type PartnerStore = InstanceType<typeof PartnerStore>;

function without<T>(record: Readonly<Record<Id, T>>, key: Id): Record<Id, T> {
  return Object.fromEntries(Object.entries(record).filter(([id]) => id !== key));
}

function noticeOf({ type, order }: OrderEvent, { number }: Order): string | undefined {
  if (type === 'cancelled') return `Order ${number} was cancelled. There is no need to go.`;
  if (type === 'released') return `Order ${number} was taken back by the dispatcher.`;
  if (type === 'failed') return `Order ${number} was closed by the dispatcher: ${order.reason ?? 'no reason given'}.`;
  return undefined;
}
