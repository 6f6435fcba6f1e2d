import { Component, computed, inject, resource } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { OrderLine, Quote } from '@qc/contracts';
import { LucideShoppingBasket } from '@lucide/angular';
import { messageOf } from '../../core/problem';
import { OrdersApi } from '../../core/orders-api';
import { SessionStore } from '../../core/session-store';
import { PriceLines } from '../../orders/price-lines';
import { Button } from '../../ui/button';
import { EmptyState } from '../../ui/empty-state';
import { MoneyPipe } from '../../ui/money-pipe';
import { Notice } from '../../ui/notice';
import { StoreInfo } from '../store-info';
import { CartLines } from './cart-lines';
import { CartStore } from './cart-store';

@Component({
  selector: 'qc-cart',
  imports: [RouterLink, Button, CartLines, EmptyState, LucideShoppingBasket, MoneyPipe, Notice, PriceLines],
  templateUrl: './cart.html',
})
export class Cart {
  private readonly orders = inject(OrdersApi);
  private readonly session = inject(SessionStore);
  protected readonly cart = inject(CartStore);

  /** Only a customer who is signed in can be told the whole price. */
  protected readonly quote = resource<Quote, OrderLine[] | undefined>({
    params: () => (this.session.role() === 'customer' && this.cart.count() ? this.cart.orderLines() : undefined),
    loader: ({ params }) => this.orders.quote({ items: params! }),
  });
  /** The last price stays while a new one is asked for. */
  protected readonly price = computed(() => (this.quote.hasValue() ? this.quote.value() : undefined));
  protected readonly problem = computed(() =>
    this.quote.error() ? messageOf(causeOf(this.quote.error())) : undefined,
  );
  protected readonly currency = inject(StoreInfo).currency;
}

/** A resource wraps what is no `Error` of the same realm. */
function causeOf(error: unknown): unknown {
  return (error as { cause?: unknown }).cause ?? error;
}
