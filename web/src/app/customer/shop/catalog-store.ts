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
}

const PAGE = 24;

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
  }),
  withMethods((store, api = inject(CatalogApi)) => {
    let asked = 0;
    let filter: CatalogFilter = { sort: 'popular' };
    return {
      async loadCategories(): Promise<void> {
        patchState(store, { categories: await api.categories().catch(() => []) });
      },
      async show(next: CatalogFilter): Promise<void> {
        filter = next;
        const question = (asked += 1);
        patchState(store, { loading: true, error: undefined });
        try {
          const { items, nextCursor, total } = await api.products({ ...next, limit: PAGE });
          if (question === asked) patchState(store, { products: items, nextCursor, total, loading: false });
        } catch (error) {
          if (question === asked)
            patchState(store, { products: [], nextCursor: null, loading: false, error: messageOf(error) });
        }
      },
      async more(): Promise<void> {
        const cursor = store.nextCursor();
        if (!cursor || store.loadingMore() || store.loading()) return;
        const question = asked;
        patchState(store, { loadingMore: true });
        try {
          const { items, nextCursor } = await api.products({ ...filter, limit: PAGE, cursor });
          if (question === asked) patchState(store, { products: [...store.products(), ...items], nextCursor });
        } catch (error) {
          if (question === asked) patchState(store, { error: messageOf(error) });
        } finally {
          patchState(store, { loadingMore: false });
        }
      },
    };
  }),
);
export type CatalogStore = InstanceType<typeof CatalogStore>;
