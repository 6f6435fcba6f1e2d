import { inject } from '@angular/core';
import { patchState, signalStore, withMethods, withState } from '@ngrx/signals';
import type { Id, PartnerPosition, PartnerSummary } from '@qc/contracts';
import { AdminApi } from '../../core/admin-api';
import { messageOf } from '../../core/problem';

interface PartnersState {
  partners: readonly PartnerSummary[];
  nextCursor: string | null;
  loaded: boolean;
  error: string | undefined;
}

/** Who delivers. */
export const PartnersStore = signalStore(
  withState<PartnersState>({ partners: [], nextCursor: null, loaded: false, error: undefined }),
  withMethods((store, api = inject(AdminApi)) => ({
    async load(): Promise<void> {
      try {
        const { items, nextCursor } = await api.partners();
        patchState(store, { partners: items, nextCursor, loaded: true, error: undefined });
      } catch (error) {
        patchState(store, { error: messageOf(error) });
      }
    },
    async more(): Promise<void> {
      const cursor = store.nextCursor();
      if (!cursor) return;
      const { items, nextCursor } = await api.partners(cursor);
      patchState(store, { partners: [...store.partners(), ...items], nextCursor });
    },
    /** @throws ProblemError */
    async setActive(id: Id, active: boolean): Promise<void> {
      const user = await api.setActive(id, active);
      const available = user.availability?.available ?? false;
      patchState(store, {
        partners: store
          .partners()
          .map((partner) => (partner.id === id ? { ...partner, active: user.active, available } : partner)),
      });
    },
    move({ partnerId, lat, lng, at }: PartnerPosition): void {
      patchState(store, {
        partners: store
          .partners()
          .map((partner) => (partner.id === partnerId ? { ...partner, location: { lat, lng, at } } : partner)),
      });
    },
  })),
);
export type PartnersStore = InstanceType<typeof PartnersStore>;
