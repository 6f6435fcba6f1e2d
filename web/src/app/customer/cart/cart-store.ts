import { computed } from '@angular/core';
import { patchState, signalStore, withComputed, withHooks, withMethods, withState } from '@ngrx/signals';
import { BASKET_LIMITS, type OrderLine, type Product } from '@qc/contracts';

/** What the cart shows of a product; the price that counts is the server's, asked for before ordering. */
export type CartProduct = Pick<Product, 'id' | 'name' | 'price' | 'unit' | 'imageUrl' | 'stock'>;

export interface CartLine {
  product: CartProduct;
  quantity: number;
}

const KEY = 'qc.cart';

/** The basket of this browser: survives a reload, a sign-in, and is the same in every tab. */
export const CartStore = signalStore(
  { providedIn: 'root' },
  withState<{ lines: readonly CartLine[] }>({ lines: [] }),
  withComputed(({ lines }) => ({
    count: computed(() => lines().reduce((count, { quantity }) => count + quantity, 0)),
    /** Minor units, before delivery and tax. */
    subtotal: computed(() => lines().reduce((sum, { product, quantity }) => sum + product.price * quantity, 0)),
    orderLines: computed<OrderLine[]>(() =>
      lines().map(({ product, quantity }) => ({ productId: product.id, quantity })),
    ),
    quantities: computed(() => new Map(lines().map(({ product, quantity }) => [product.id, quantity]))),
  })),
  withMethods((store) => {
    const keep = (lines: readonly CartLine[]): void => {
      patchState(store, { lines });
      localStorage.setItem(KEY, JSON.stringify(lines));
    };
    return {
      /** 0 takes it out; more than there is, or than an order may have, is cut to that. */
      setQuantity({ id, name, price, unit, imageUrl, stock }: CartProduct, wanted: number): void {
        const quantity = Math.max(0, Math.min(wanted, stock, BASKET_LIMITS.quantity));
        const product: CartProduct = { id, name, price, unit, imageUrl, stock };
        const known = store.lines().some((line) => line.product.id === id);
        const lines = known
          ? store.lines().map((line) => (line.product.id === id ? { product, quantity } : line))
          : [...store.lines(), { product, quantity }];
        keep(lines.filter((line) => line.quantity > 0).slice(0, BASKET_LIMITS.lines));
      },
      /** The server's word on how many are left: takes out what is too much. */
      limit(productId: string, available: number): void {
        const line = store.lines().find(({ product }) => product.id === productId);
        if (line) this.setQuantity({ ...line.product, stock: available }, line.quantity);
      },
      clear(): void {
        keep([]);
      },
      /** What another tab, or an earlier visit, left. */
      load(): void {
        patchState(store, { lines: stored() });
      },
    };
  }),
  withHooks({
    onInit(store): void {
      store.load();
      addEventListener('storage', ({ key }) => {
        if (key === KEY) store.load();
      });
    },
  }),
);
export type CartStore = InstanceType<typeof CartStore>;

function stored(): CartLine[] {
  try {
    const lines: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(lines) ? lines.filter(isCartLine) : [];
  } catch {
    return [];
  }
}

function isCartLine(line: unknown): line is CartLine {
  const { product, quantity } = (line ?? {}) as Partial<CartLine>;
  return typeof product?.id === 'string' && Number.isInteger(product.price) && Number.isInteger(quantity);
}
