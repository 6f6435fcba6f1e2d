import { computed, effect, inject, linkedSignal, resource, type Signal, untracked } from '@angular/core';
import type { LatLng, Quote, QuoteRequest } from '@qc/contracts';
import { OrdersApi } from '../../core/orders-api';
import { hasCode, messageOf } from '../../core/problem';
import { SessionStore } from '../../core/session-store';
import { Toasts } from '../../ui/toasts';
import { CartStore } from './cart-store';

/** Milliseconds: three quick taps on "one more" are one question. */
const PAUSE = 200;

export interface BasketQuote {
  /** The last price stays while a new one is asked for. undefined: not known yet, or nobody is signed in to be told. */
  readonly price: Signal<Quote | undefined>;
  readonly asking: Signal<boolean>;
  readonly problem: Signal<string | undefined>;
  again(): void;
}

/** What the cart costs, line by line, from the server. In an injection context. */
export function basketQuote(door: () => LatLng | undefined = () => undefined): BasketQuote {
  const orders = inject(OrdersApi);
  const session = inject(SessionStore);
  const cart = inject(CartStore);
  const toasts = inject(Toasts);

  const quote = resource<Quote, QuoteRequest | undefined>({
    params: () => {
      const location = door();
      if (session.role() !== 'customer' || !cart.count()) return undefined;
      // the server wants a street with each address; where it is, is all that matters to a price
      return { items: cart.orderLines(), ...(location && { deliveryAddress: { street: '-', location } }) };
    },
    loader: async ({ params, abortSignal }) => {
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
      abortSignal.throwIfAborted();
      return orders.quote(params);
    },
  });

  effect(() => {
    const error = quote.error();
    if (hasCode(error, 'PRODUCT_NOT_FOUND')) untracked(() => takeOut(error.body?.['productId']));
  });

  /** A product that is no longer sold would hold up the whole order. */
  function takeOut(productId: unknown): void {
    const line = cart.lines().find(({ product }) => product.id === productId);
    if (!line) return;
    cart.setQuantity(line.product, 0);
    toasts.show(`${line.product.name} is no longer sold. It was taken out of your cart.`, 'warning');
  }

  return {
    price: linkedSignal<Quote | undefined, Quote | undefined>({
      source: () => (quote.hasValue() ? quote.value() : undefined),
      computation: (now, before) => now ?? before?.value,
    }),
    asking: quote.isLoading,
    problem: computed(() => (quote.error() ? messageOf(quote.error()) : undefined)),
    again: () => void quote.reload(),
  };
}
