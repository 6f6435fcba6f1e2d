import { inject } from '@angular/core';
import { patchState, signalStore, withMethods, withState } from '@ngrx/signals';
import type { CreateProduct, Id, Product, UpdateProduct } from '@qc/contracts';
import { CatalogApi } from '../../core/catalog-api';
import { messageOf } from '../../core/problem';

interface ProductsState {
  products: readonly Product[];
  nextCursor: string | null;
  currency: string;
  /** Names of categories, to choose from. */
  categories: readonly string[];
  loading: boolean;
  loadingMore: boolean;
  error: string | undefined;
  /** Why the rest could not be read; what is shown stays. */
  moreError: string | undefined;
}

const PAGE = 50;

/** The catalogue for who keeps it. */
export const ProductsStore = signalStore(
  withState<ProductsState>({
    products: [],
    nextCursor: null,
    currency: 'INR',
    categories: [],
    loading: true,
    loadingMore: false,
    error: undefined,
    moreError: undefined,
  }),
  withMethods((store, api = inject(CatalogApi)) => {
    let search = '';
    let asked = 0;
    const replace = (product: Product): Product => {
      const known = store.products().some(({ id }) => id === product.id);
      const products = known
        ? store.products().map((other) => (other.id === product.id ? product : other))
        : [product, ...store.products()];
      patchState(store, { products });
      return product;
    };
    return {
      async show(text: string): Promise<void> {
        search = text.trim();
        const question = (asked += 1);
        patchState(store, { loading: true, loadingMore: false, error: undefined, moreError: undefined });
        try {
          const [page, stores, categories] = await Promise.all([
            api.products({ search: search || undefined, sort: 'name', limit: PAGE }),
            api.stores(),
            api.categories(),
          ]);
          if (question !== asked) return;
          patchState(store, {
            products: page.items,
            nextCursor: page.nextCursor,
            currency: stores[0]?.currency ?? 'INR',
            categories: categories.map(({ name }) => name),
            loading: false,
          });
        } catch (error) {
          if (question === asked) patchState(store, { loading: false, error: messageOf(error) });
        }
      },
      /** Adds the next ones. One reading at a time. */
      async more(): Promise<void> {
        const cursor = store.nextCursor();
        if (!cursor || store.loadingMore()) return;
        const question = asked;
        patchState(store, { loadingMore: true, moreError: undefined });
        try {
          const page = await api.products({ search: search || undefined, sort: 'name', limit: PAGE, cursor });
          if (question !== asked) return;
          const known = new Set(store.products().map(({ id }) => id));
          const products = [...store.products(), ...page.items.filter(({ id }) => !known.has(id))];
          patchState(store, { products, nextCursor: page.nextCursor, loadingMore: false });
        } catch (error) {
          if (question === asked) patchState(store, { loadingMore: false, moreError: messageOf(error) });
        }
      },
      /** @throws ProblemError */
      async create(product: CreateProduct): Promise<Product> {
        return replace(await api.create(product));
      },
      /** @throws ProblemError */
      async update(id: Id, change: UpdateProduct): Promise<Product> {
        return replace(await api.update(id, change));
      },
      /** `progress`: as `CatalogApi.uploadImage`. @throws ProblemError IMAGE_REJECTED, PAYLOAD_TOO_LARGE */
      async setImage(id: Id, image: File, progress: (part: number) => void): Promise<Product> {
        return replace(await api.uploadImage(id, image, progress));
      },
      /** It stays listed until the list is read anew, so that a slip can be undone. @throws ProblemError */
      async retire(id: Id): Promise<void> {
        await api.retire(id);
        const retired = store.products().find((product) => product.id === id);
        if (retired) replace({ ...retired, active: false });
      },
    };
  }),
);
export type ProductsStore = InstanceType<typeof ProductsStore>;
