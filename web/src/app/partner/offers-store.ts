import { computed, DestroyRef, effect, inject, untracked } from '@angular/core';
import { patchState, signalStore, withComputed, withHooks, withMethods, withState } from '@ngrx/signals';
import type { Id, Order, Timestamp } from '@qc/contracts';
import { DeliveryApi } from '../core/delivery-api';
import { OrdersApi } from '../core/orders-api';
import { hasCode, messageOf } from '../core/problem';
import { Realtime } from '../core/realtime';
import { PartnerStore } from './partner-store';

/** The hold that this partner has, by this phone's clock, which may be wrong by minutes. */
export interface Hold {
  orderId: Id;
  /** Milliseconds since the epoch. */
  until: number;
  /** Seconds that it had when it was taken. */
  lasts: number;
}

export type Departure = 'taken' | 'withdrawn';

interface OffersState {
  /** What waits for a partner, oldest first; one that has just gone stays for a moment, to be seen going. */
  cards: readonly Order[];
  /** What others look at, and until when (milliseconds since the epoch). */
  held: Readonly<Record<Id, number>>;
  /** What is no longer to be had, and why. */
  departed: Readonly<Record<Id, Departure>>;
  hold: Hold | undefined;
  /** The order whose answer is awaited. */
  asking: Id | undefined;
  /** The newest cards, each time that some came while this partner was at work. */
  arrived: readonly Order[];
  loaded: boolean;
  error: string | undefined;
}

/** Milliseconds: cards that come at once are read at once. */
const READ_AFTER = 120;
/** Milliseconds that a card is seen going. */
const GOING_FOR = 800;

const NOTHING: OffersState = {
  cards: [],
  held: {},
  departed: {},
  hold: undefined,
  asking: undefined,
  arrived: [],
  loaded: false,
  error: undefined,
};

/** The orders that wait for a partner, live. What happens while they are being read happens to the answer as well. */
export const OffersStore = signalStore(
  withState<OffersState>(NOTHING),
  withComputed(({ cards, departed }) => ({
    open: computed(() => cards().filter(({ id }) => !departed()[id])),
  })),
  withMethods((store, delivery = inject(DeliveryApi), orders = inject(OrdersApi), partner = inject(PartnerStore)) => {
    let question = 0;
    let meanwhile: (() => void)[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;

    const happen = (change: () => void): void => {
      meanwhile.push(change);
      change();
    };
    const remove = (orderId: Id): void =>
      patchState(store, ({ cards, held, hold }) => ({
        cards: cards.filter(({ id }) => id !== orderId),
        held: without(held, orderId),
        hold: hold?.orderId === orderId ? undefined : hold,
      }));
    const depart = (orderId: Id, why: Departure): void => {
      if (!store.cards().some(({ id }) => id === orderId)) return;
      patchState(store, ({ departed }) => ({ departed: { ...departed, [orderId]: why } }));
      setTimeout(() => {
        if (store.departed()[orderId]) remove(orderId); // else it has come back meanwhile
      }, GOING_FOR);
    };
    const holdOff = (orderId: Id, until: number): void =>
      patchState(store, ({ held }) => ({ held: { ...held, [orderId]: until } }));

    const answered = (items: readonly Order[]): void => {
      const known = new Set(store.cards().map(({ id }) => id));
      const arrived = store.loaded() ? items.filter(({ id, lock }) => !known.has(id) && !lock) : [];
      const others = items.flatMap(({ id, lock }) => (lock && !lock.mine ? [[id, Date.parse(lock.expiresAt)]] : []));
      patchState(store, ({ departed, hold, arrived: before }) => ({
        cards: items,
        held: Object.fromEntries(others) as Record<Id, number>,
        departed: items.reduce((rest, { id }) => without(rest, id), departed),
        hold: items.some(({ id, lock }) => id === hold?.orderId && lock?.mine) ? hold : undefined,
        arrived: arrived.length ? arrived : before,
        loaded: true,
        error: undefined,
      }));
      meanwhile.forEach((change) => change());
    };
    const read = async (): Promise<void> => {
      const asked = (question += 1);
      meanwhile = [];
      if (!partner.available()) return patchState(store, NOTHING);
      try {
        const { items } = await orders.unassigned();
        if (asked === question) answered(items);
      } catch (error) {
        if (asked === question) patchState(store, { loaded: true, error: messageOf(error) });
      }
    };
    /** Somebody said that there is something new; several at once are read once. */
    const readSoon = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => void read(), READ_AFTER);
    };
    const lost = (orderId: Id, error: unknown): void => {
      if (hasCode(error, 'ORDER_ALREADY_ASSIGNED', 'INVALID_TRANSITION', 'ORDER_NOT_FOUND')) depart(orderId, 'taken');
      if (hasCode(error, 'ORDER_LOCKED')) holdOff(orderId, Date.now() + (error.retryAfter ?? 0) * 1000);
      if (hasCode(error, 'PARTNER_OFFLINE')) void partner.refreshAvailability();
      if (hasCode(error, 'PARTNER_BUSY')) void partner.load();
      readSoon();
    };
    const ask = async (orderId: Id, work: () => Promise<void>): Promise<void> => {
      patchState(store, { asking: orderId });
      try {
        await work();
      } catch (error) {
        lost(orderId, error);
        throw error;
      } finally {
        patchState(store, { asking: undefined });
      }
    };

    return {
      read,
      readSoon,
      /** Somebody looks at an order: it may be this partner, whose own hold the answer tells. */
      locked(orderId: Id, expiresAt: Timestamp): void {
        if (store.hold()?.orderId === orderId || store.asking() === orderId) return;
        happen(() => holdOff(orderId, Date.parse(expiresAt)));
      },
      released(orderId: Id): void {
        // it may be of an earlier hold of the same order: the server knows whether this one still stands
        if (store.hold()?.orderId === orderId) return readSoon();
        happen(() => patchState(store, ({ held }) => ({ held: without(held, orderId) })));
      },
      gone(orderId: Id, why: Departure): void {
        if (store.asking() === orderId) return readSoon(); // by this partner, perhaps: the answer says it
        happen(() => depart(orderId, why));
      },
      /** Looks at an order, and nobody else can take it meanwhile. @throws ProblemError, with the card as it now stands */
      look: (orderId: Id): Promise<void> =>
        ask(orderId, async () => {
          const { lockExpiresIn: lasts } = await delivery.lock(orderId);
          const hold = { orderId, lasts, until: Date.now() + lasts * 1000 };
          happen(() => patchState(store, ({ held }) => ({ hold, held: without(held, orderId) })));
        }),
      async stopLooking(): Promise<void> {
        const orderId = store.hold()?.orderId;
        happen(() => patchState(store, { hold: undefined }));
        if (orderId) await delivery.unlock(orderId).catch(() => undefined); // it ends by itself
      },
      /** @throws ProblemError when somebody else was quicker, with the card already going */
      accept: (orderId: Id): Promise<void> =>
        ask(orderId, async () => {
          const order = await delivery.accept(orderId);
          happen(() => remove(orderId));
          partner.take(order);
          partner.putAwayFinished();
        }),
    };
  }),
  withHooks((store, realtime = inject(Realtime), partner = inject(PartnerStore), destroyRef = inject(DestroyRef)) => ({
    onInit(): void {
      const subscriptions = [
        realtime.on('newOrderAvailable').subscribe(() => store.readSoon()),
        realtime.on('orderLocked').subscribe(({ orderId, expiresAt }) => store.locked(orderId, expiresAt)),
        realtime.on('orderLockReleased').subscribe(({ orderId }) => store.released(orderId)),
        realtime.on('orderAssigned').subscribe(({ orderId }) => store.gone(orderId, 'taken')),
        realtime.on('orderWithdrawn').subscribe(({ orderId }) => store.gone(orderId, 'withdrawn')),
      ];
      effect(() => {
        realtime.connections();
        partner.available();
        untracked(() => void store.read());
      });
      destroyRef.onDestroy(() => subscriptions.forEach((subscription) => subscription.unsubscribe()));
    },
  })),
);
export type OffersStore = InstanceType<typeof OffersStore>;

function without<T>(record: Readonly<Record<Id, T>>, key: Id): Readonly<Record<Id, T>> {
  return Object.fromEntries(Object.entries(record).filter(([id]) => id !== key));
}
