import { Component, input } from '@angular/core';
import type { OrderItem } from '@qc/contracts';
import { MoneyPipe } from '../ui/money-pipe';

@Component({
  selector: 'qc-order-items',
  imports: [MoneyPipe],
  template: `
    <ul class="divide-y divide-line">
      @for (item of items(); track item.productId) {
        <li class="flex items-center gap-3 py-2.5">
          <img
            [src]="item.imageUrl ?? 'images/product-fallback.svg'"
            alt=""
            width="44"
            height="44"
            loading="lazy"
            class="picture size-11 rounded-control"
          />
          <span class="grow"
            ><span class="font-semibold tabular-nums">{{ item.quantity }} ×</span> {{ item.name }}</span
          >
          <span class="tabular-nums">{{ item.total | money: currency() }}</span>
        </li>
      }
    </ul>
  `,
})
export class OrderItems {
  readonly items = input.required<readonly OrderItem[]>();
  readonly currency = input.required<string>();
}
