import { inject } from '@angular/core';
import { patchState, signalStore, withMethods, withState } from '@ngrx/signals';
import type { AuditEntry } from '@qc/contracts';
import { AdminApi } from '../../core/admin-api';
import { formMessageOf, messageOf } from '../../core/problem';
import { type AuditFilter, auditQuery, filterOf } from './audit-filter';

interface AuditState {
  /** Newest first. */
  entries: readonly AuditEntry[];
  /** Where older entries go on. */
  nextCursor: string | null;
  loading: boolean;
  loadingMore: boolean;
  error: string | undefined;
  /** Why older entries could not be read; what is shown stays. */
  moreError: string | undefined;
}

const PAGE = 50;
const NOTHING: AuditState = {
  entries: [],
  nextCursor: null,
  loading: true,
  loadingMore: false,
  error: undefined,
  moreError: undefined,
};

/** The record of who did what under one filter, as far down as it was read. */
export const AuditStore = signalStore(
  withState<AuditState>(NOTHING),
  withMethods((store, api = inject(AdminApi)) => {
    let filter = filterOf({});
    let asked = 0;
    return {
      async show(next: AuditFilter): Promise<void> {
        filter = next;
        const question = (asked += 1);
        patchState(store, { loading: true, loadingMore: false, error: undefined, moreError: undefined });
        try {
          const { items, nextCursor } = await api.audit({ ...auditQuery(filter), limit: PAGE });
          if (question === asked) patchState(store, { entries: items, nextCursor, loading: false });
        } catch (error) {
          if (question === asked) patchState(store, { ...NOTHING, loading: false, error: formMessageOf(error) });
        }
      },
      reload(): Promise<void> {
        return this.show(filter);
      },
      /** Adds the next older entries. One reading at a time. */
      async more(): Promise<void> {
        const cursor = store.nextCursor();
        if (!cursor || store.loadingMore()) return;
        const question = asked;
        patchState(store, { loadingMore: true, moreError: undefined });
        try {
          const { items, nextCursor } = await api.audit({ ...auditQuery(filter), limit: PAGE, cursor });
          if (question !== asked) return;
          const known = new Set(store.entries().map(({ id }) => id));
          const older = items.filter(({ id }) => !known.has(id));
          patchState(store, { entries: [...store.entries(), ...older], nextCursor, loadingMore: false });
        } catch (error) {
          if (question === asked) patchState(store, { loadingMore: false, moreError: messageOf(error) });
        }
      },
    };
  }),
);
export type AuditStore = InstanceType<typeof AuditStore>;
