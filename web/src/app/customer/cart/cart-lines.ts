import { Component, inject, input } from '@angular/core';
import { MoneyPipe } from '../../ui/money-pipe';
import { CartStore } from './cart-store';
import { QuantityStepper } from './quantity-stepper';

@Component({
  selector: 'qc-cart-lines',
  imports: [MoneyPipe, QuantityStepper],
  template: `
    <ul class="divide-y divide-line">
      @for (line of cart.lines(); track line.product.id) {
        <li class="flex flex-wrap items-center gap-x-3 gap-y-2 py-3">
          <img
            [src]="line.product.imageUrl ?? 'images/product-fallback.svg'"
            alt=""
            width="56"
            height="56"
            class="picture size-14 rounded-control"
          />
          <div class="min-w-28 grow basis-28">
            <p class="leading-snug font-semibold">{{ line.product.name }}</p>
            <p class="text-sm text-muted tabular-nums">{{ line.product.price * line.quantity | money: currency() }}</p>
          </div>
          <qc-quantity-stepper
            [name]="line.product.name"
            [quantity]="line.quantity"
            [most]="line.product.stock"
            (changed)="cart.setQuantity(line.product, $event)"
          />
        </li>
      }
    </ul>
  `,
})
export class CartLines {
  readonly currency = input.required<string>();
  protected readonly cart = inject(CartStore);
}
