import { computed, inject } from '@angular/core';
import { patchState, signalStore, withComputed, withHooks, withMethods, withState } from '@ngrx/signals';
import type { Id, PartnerPosition, PartnerSummary } from '@qc/contracts';
import { AdminApi } from '../../core/admin-api';
import { messageOf } from '../../core/problem';

interface PartnersState {
  partners: readonly PartnerSummary[];
  nextCursor: string | null;
  loaded: boolean;
  loadingMore: boolean;
  /** Why the last read failed; what is shown stays. */
  error: string | undefined;
}

/** Milliseconds: a burst of events is one read. */
const READ_AFTER = 2000;

/** Who delivers, newest account first. */
export const PartnersStore = signalStore(
  withState<PartnersState>({ partners: [], nextCursor: null, loaded: false, loadingMore: false, error: undefined }),
  withComputed(({ partners }) => ({
    online: computed(() => partners().filter(({ active, available }) => active && available).length),
    delivering: computed(() => partners().filter(({ activeDeliveries }) => activeDeliveries > 0).length),
    /** How many wait for an admin's approval. Whoever is deactivated waits for nothing. */
    waiting: computed(() => partners().filter(isWaiting).length),
  })),
  withMethods((store, api = inject(AdminApi)) => {
    let asked = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const change = (id: Id, changed: (partner: PartnerSummary) => PartnerSummary): void =>
      patchState(store, {
        partners: store.partners().map((partner) => (partner.id === id ? changed(partner) : partner)),
      });
    const load = async (): Promise<void> => {
      const question = (asked += 1);
      try {
        let { items, nextCursor } = await api.partners();
        // as far down as is shown: a refresh takes nobody away
        while (nextCursor && items.length < store.partners().length && question === asked) {
          const page = await api.partners(nextCursor);
          items = [...items, ...page.items];
          nextCursor = page.nextCursor;
        }
        if (question !== asked) return;
        const known = new Map(store.partners().map((partner) => [partner.id, partner]));
        const partners = items.map((partner) => withLastPosition(partner, known.get(partner.id)));
        patchState(store, { partners, nextCursor, loaded: true, loadingMore: false, error: undefined });
      } catch (error) {
        if (question === asked) patchState(store, { loadingMore: false, error: messageOf(error) });
      }
    };
    return {
      load,
      /** For events: what they changed is read once for all that come within two seconds. */
      readSoon(): void {
        timer ??= setTimeout(() => {
          timer = undefined;
          void load();
        }, READ_AFTER);
      },
      forgetReading(): void {
        clearTimeout(timer);
        timer = undefined;
      },
      async more(): Promise<void> {
        const cursor = store.nextCursor();
        if (!cursor || store.loadingMore()) return;
        const question = (asked += 1);
        patchState(store, { loadingMore: true });
        try {
          const { items, nextCursor } = await api.partners(cursor);
          if (question !== asked) return;
          patchState(store, { partners: [...store.partners(), ...items], nextCursor, loadingMore: false });
        } catch (error) {
          if (question === asked) patchState(store, { loadingMore: false, error: messageOf(error) });
        }
      },
      /** @throws ProblemError */
      async setActive(id: Id, active: boolean): Promise<void> {
        const user = await api.setActive(id, active);
        const available = user.availability?.available ?? false;
        change(id, (partner) => ({ ...partner, active: user.active, available }));
      },
      /** @throws ProblemError */
      async approve(id: Id, approved: boolean): Promise<void> {
        const { awaitsApproval = false } = await api.approve(id, approved);
        asked += 1; // a reading under way does not know of it
        change(id, (partner) => ({ ...partner, awaitsApproval }));
      },
      move({ partnerId, lat, lng, at }: PartnerPosition): void {
        change(partnerId, (partner) => withLastPosition({ ...partner, location: { lat, lng, at } }, partner));
      },
    };
  }),
  withHooks({ onDestroy: (store) => store.forgetReading() }),
);
export type PartnersStore = InstanceType<typeof PartnersStore>;

export function isWaiting({ active, awaitsApproval }: PartnerSummary): boolean {
  return active && !!awaitsApproval;
}

/** A position that was overtaken on its way never puts a partner back. */
function withLastPosition(partner: PartnerSummary, before: PartnerSummary | undefined): PartnerSummary {
  const known = before?.location;
  if (!known || (partner.location && Date.parse(partner.location.at) >= Date.parse(known.at))) return partner;
  return { ...partner, location: known };
}
