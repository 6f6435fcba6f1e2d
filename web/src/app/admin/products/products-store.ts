import { inject } from '@angular/core';
import { patchState, signalStore, withMethods, withState } from '@ngrx/signals';
import type { CreateProduct, Id, Product, UpdateProduct } from '@qc/contracts';
import { CatalogApi } from '../../core/catalog-api';
import { messageOf } from '../../core/problem';

interface ProductsState {
  products: readonly Product[];
  nextCursor: string | null;
  currency: string;
  loading: boolean;
  error: string | undefined;
}

const PAGE = 50;

/** The catalogue for who keeps it. */
export const ProductsStore = signalStore(
  withState<ProductsState>({ products: [], nextCursor: null, currency: 'INR', loading: true, error: undefined }),
  withMethods((store, api = inject(CatalogApi)) => {
    let search = '';
    let asked = 0;
    const replace = (product: Product): void => {
      const known = store.products().some(({ id }) => id === product.id);
      const products = known
        ? store.products().map((other) => (other.id === product.id ? product : other))
        : [product, ...store.products()];
      patchState(store, { products });
    };
    return {
      async show(text: string): Promise<void> {
        search = text.trim();
        const question = (asked += 1);
        patchState(store, { loading: true, error: undefined });
        try {
          const [page, stores] = await Promise.all([
            api.products({ search: search || undefined, sort: 'name', limit: PAGE }),
            api.stores(),
          ]);
          if (question !== asked) return;
          patchState(store, {
            products: page.items,
            nextCursor: page.nextCursor,
            currency: stores[0]?.currency ?? 'INR',
            loading: false,
          });
        } catch (error) {
          if (question === asked) patchState(store, { loading: false, error: messageOf(error) });
        }
      },
      async more(): Promise<void> {
        const cursor = store.nextCursor();
        if (!cursor) return;
        const { items, nextCursor } = await api.products({
          search: search || undefined,
          sort: 'name',
          limit: PAGE,
          cursor,
        });
        patchState(store, { products: [...store.products(), ...items], nextCursor });
      },
      /** @throws ProblemError */
      async create(product: CreateProduct): Promise<void> {
        replace(await api.create(product));
      },
      /** @throws ProblemError */
      async update(id: Id, change: UpdateProduct): Promise<void> {
        replace(await api.update(id, change));
      },
      /** @throws ProblemError */
      async retire(id: Id): Promise<void> {
        await api.retire(id);
        patchState(store, { products: store.products().filter((product) => product.id !== id) });
      },
    };
  }),
);
export type ProductsStore = InstanceType<typeof ProductsStore>;
