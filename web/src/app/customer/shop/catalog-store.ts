import { inject } from '@angular/core';
import { patchState, signalStore, withMethods, withState } from '@ngrx/signals';
import type { Category, Product, ProductSort } from '@qc/contracts';
import { CatalogApi } from '../../core/catalog-api';
import { messageOf } from '../../core/problem';

export interface CatalogFilter {
  category?: string;
  search?: string;
  sort: ProductSort;
}

interface CatalogState {
  categories: readonly Category[];
  products: readonly Product[];
  nextCursor: string | null;
  total: number | undefined;
  loading: boolean;
  loadingMore: boolean;
  error: string | undefined;
  moreError: string | undefined;
}

const PAGE = 24;
/** Milliseconds: who comes back sooner finds the shelf as it was, at the place where it was. */
const FRESH_FOR = 60_000;

/** The shelf as it is being looked at. Only the answer to the last question is shown, however they arrive. */
export const CatalogStore = signalStore(
  withState<CatalogState>({
    categories: [],
    products: [],
    nextCursor: null,
    total: undefined,
    loading: true,
    loadingMore: false,
    error: undefined,
    moreError: undefined,
  }),
  withMethods((store, api = inject(CatalogApi)) => {
    let asked = 0;
    let filter: CatalogFilter | undefined;
    let freshUntil = 0;

    const loadCategories = async (): Promise<void> => {
      if (!store.categories().length) patchState(store, { categories: await api.categories().catch(() => []) });
    };
    const isShown = (next: CatalogFilter): boolean =>
      filter !== undefined && isSame(filter, next) && !store.error() && Date.now() < freshUntil;

    return {
      async show(next: CatalogFilter): Promise<void> {
        void loadCategories();
        if (isShown(next)) return;
        filter = next;
        const question = (asked += 1);
        patchState(store, { loading: true, error: undefined, moreError: undefined });
        try {
          const { items, nextCursor, total } = await api.products({ ...next, limit: PAGE });
          if (question !== asked) return;
          freshUntil = Date.now() + FRESH_FOR;
          patchState(store, { products: items, nextCursor, total, loading: false });
        } catch (error) {
          if (question !== asked) return;
          patchState(store, { products: [], nextCursor: null, loading: false, error: messageOf(error) });
        }
      },
      async more(): Promise<void> {
        const cursor = store.nextCursor();
        if (!cursor || !filter || store.loadingMore() || store.loading()) return;
        const question = asked;
        patchState(store, { loadingMore: true, moreError: undefined });
        try {
          const { items, nextCursor } = await api.products({ ...filter, limit: PAGE, cursor });
          if (question === asked) patchState(store, { products: [...store.products(), ...items], nextCursor });
        } catch (error) {
          if (question === asked) patchState(store, { moreError: messageOf(error) });
        } finally {
          patchState(store, { loadingMore: false });
        }
      },
    };
  }),
);
export type CatalogStore = InstanceType<typeof CatalogStore>;

function isSame(one: CatalogFilter, other: CatalogFilter): boolean {
  return one.category === other.category && one.search === other.search && one.sort === other.sort;
}
