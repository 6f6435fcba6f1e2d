import { Component, computed, input } from '@angular/core';
import type { OrderStatus } from '@qc/contracts';
import { Badge } from '../ui/badge';
import { STATUS_LOOKS, STATUS_SHORT } from './order-status';

@Component({
  selector: 'qc-order-status-badge',
  imports: [Badge],
  template: '<qc-badge [tone]="look().tone">{{ short() ? shortLabel() : look().label }}</qc-badge>',
})
export class OrderStatusBadge {
  readonly status = input.required<OrderStatus>();
  readonly short = input(false);
  protected readonly look = computed(() => STATUS_LOOKS[this.status()]);
  protected readonly shortLabel = computed(() => STATUS_SHORT[this.status()]);
}
