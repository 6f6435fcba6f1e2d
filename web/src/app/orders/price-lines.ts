import { Component, input } from '@angular/core';
import type { Totals } from '@qc/contracts';
import { MoneyPipe } from '../ui/money-pipe';

/** Every line of a price, the total last. */
@Component({
  selector: 'qc-price-lines',
  imports: [MoneyPipe],
  template: `
    @let price = totals();
    <dl class="space-y-1.5 text-sm tabular-nums">
      <div class="flex justify-between">
        <dt class="text-muted">Items</dt>
        <dd>{{ price.subtotal | money: currency() }}</dd>
      </div>
      <div class="flex justify-between">
        <dt class="text-muted">Delivery</dt>
        <dd>{{ price.deliveryFee ? (price.deliveryFee | money: currency()) : 'Free' }}</dd>
      </div>
      <div class="flex justify-between">
        <dt class="text-muted">Tax</dt>
        <dd>{{ price.tax | money: currency() }}</dd>
      </div>
      @if (price.tip) {
        <div class="flex justify-between">
          <dt class="text-muted">Tip for the courier</dt>
          <dd>{{ price.tip | money: currency() }}</dd>
        </div>
      }
      @if (price.discount) {
        <div class="flex justify-between">
          <dt class="text-muted">Discount</dt>
          <dd>−{{ price.discount | money: currency() }}</dd>
        </div>
      }
      <div class="flex justify-between border-t border-line pt-2.5 text-lg font-bold">
        <dt>Total</dt>
        <dd>{{ price.total | money: currency() }}</dd>
      </div>
    </dl>
  `,
})
export class PriceLines {
  readonly totals = input.required<Totals>();
  readonly currency = input.required<string>();
}
