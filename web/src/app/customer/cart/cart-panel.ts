import { Component, inject, input } from '@angular/core';
import { Icon } from '../../ui/icon';
import { MoneyPipe } from '../../ui/money-pipe';
import { CartLines } from './cart-lines';
import { CartStore } from './cart-store';
import { CheckoutLink } from './checkout-link';

/** The basket beside the shelf, on a wide screen. */
@Component({
  selector: 'qc-cart-panel',
  imports: [Icon, CartLines, CheckoutLink, MoneyPipe],
  host: { class: 'card block p-5' },
  template: `
    <h2 class="text-xl font-semibold">Your cart</h2>
    @if (cart.count()) {
      <qc-cart-lines class="mt-2 block max-h-[50dvh] overflow-y-auto" [currency]="currency()" />
      <p class="mt-3 flex justify-between border-t border-line pt-3 text-lg font-bold tabular-nums">
        <span>Items</span><span>{{ cart.subtotal() | money: currency() }}</span>
      </p>
      <p class="text-sm text-muted">Delivery and tax are shown before you order.</p>
      <qc-checkout-link class="mt-4" />
    } @else {
      <div class="flex flex-col items-center py-8 text-center text-muted">
        <svg qcIcon="shopping-basket" class="mb-3 size-10"></svg>
        <p>What you add appears here.</p>
      </div>
    }
  `,
})
export class CartPanel {
  readonly currency = input.required<string>();
  protected readonly cart = inject(CartStore);
}
