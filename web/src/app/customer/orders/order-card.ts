import { Component, computed, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Order } from '@qc/contracts';
import { Icon } from '../../ui/icon';
import { OrderStatusBadge } from '../../orders/order-status-badge';
import { MoneyPipe } from '../../ui/money-pipe';
import { ClockTimePipe } from '../../ui/time-pipes';

@Component({
  selector: 'qc-order-card',
  imports: [Icon, RouterLink, ClockTimePipe, MoneyPipe, OrderStatusBadge],
  host: { class: 'block' },
  template: `
    @let shown = order();
    <a
      [routerLink]="['/orders', shown.id]"
      class="card flex items-center gap-4 p-4 transition hover:border-brand sm:p-5"
    >
      <img
        [src]="shown.items[0]?.imageUrl ?? 'images/product-fallback.svg'"
        alt=""
        width="64"
        height="64"
        class="picture size-16 rounded-control"
      />
      <span class="min-w-0 grow">
        <span class="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span class="font-semibold">{{ shown.number }}</span>
          <qc-order-status-badge [status]="shown.status" />
        </span>
        <span class="mt-1 block truncate text-sm text-muted">{{ names() }}</span>
        <span class="mt-1 block text-sm tabular-nums">
          {{ shown.placedAt | clockTime }} · {{ shown.total | money: shown.currency }}
        </span>
      </span>
      <svg qcIcon="chevron-right" class="size-5 shrink-0 text-muted"></svg>
    </a>
  `,
})
export class OrderCard {
  readonly order = input.required<Order>();
  protected readonly names = computed(() =>
    this.order()
      .items.map(({ name, quantity }) => (quantity > 1 ? `${quantity} × ${name}` : name))
      .join(', '),
  );
}
