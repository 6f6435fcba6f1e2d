import { Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Icon } from '../../ui/icon';
import { PriceLines } from '../../orders/price-lines';
import { Button } from '../../ui/button';
import { EmptyState } from '../../ui/empty-state';
import { MoneyPipe } from '../../ui/money-pipe';
import { Notice } from '../../ui/notice';
import { StoreInfo } from '../store-info';
import { basketQuote } from './basket-quote';
import { CartLines } from './cart-lines';
import { CartStore } from './cart-store';
import { CheckoutLink } from './checkout-link';

@Component({
  selector: 'qc-cart',
  imports: [Icon, RouterLink, Button, CartLines, CheckoutLink, EmptyState, MoneyPipe, Notice, PriceLines],
  templateUrl: './cart.html',
})
export class Cart {
  private readonly info = inject(StoreInfo);
  protected readonly cart = inject(CartStore);
  protected readonly quote = basketQuote();
  protected readonly currency = computed(() => this.quote.price()?.currency ?? this.info.currency());
}
