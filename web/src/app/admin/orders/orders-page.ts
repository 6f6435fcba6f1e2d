import { Component, computed, effect, inject, input, untracked } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { ORDER_STATUSES, type Order, type OrderStatus } from '@qc/contracts';
import { Icon } from '../../ui/icon';
import { OrderStatusBadge } from '../../orders/order-status-badge';
import { STATUS_SHORT } from '../../orders/order-status';
import { Button } from '../../ui/button';
import { EmptyState } from '../../ui/empty-state';
import { ErrorState } from '../../ui/error-state';
import { MoneyPipe } from '../../ui/money-pipe';
import { Skeleton } from '../../ui/skeleton';
import { ticker } from '../../ui/ticker';
import { AgoPipe } from '../../ui/time-pipes';
import { OrdersStore } from './orders-store';

const OPEN: readonly OrderStatus[] = [
  'pending',
  'confirmed',
  'preparing',
  'ready',
  'assigned',
  'picked_up',
  'in_transit',
];
/** Milliseconds after the last key. */
const TYPING_PAUSE = 250;

/** All orders, live. What is filtered stands in the address. */
@Component({
  selector: 'qc-orders-page',
  imports: [Icon, RouterLink, AgoPipe, Button, EmptyState, ErrorState, MoneyPipe, OrderStatusBadge, Skeleton],
  providers: [OrdersStore],
  templateUrl: './orders-page.html',
})
export class OrdersPage {
  private readonly router = inject(Router);
  protected readonly store = inject(OrdersStore);
  protected readonly now = ticker(10_000);

  /** Comma-separated. */
  readonly status = input<string>();
  readonly q = input<string>();

  protected readonly chips = [
    { value: null, label: 'All' },
    { value: OPEN.join(','), label: 'Open' },
    ...(['ready', 'assigned', 'picked_up', 'in_transit', 'delivered', 'failed', 'cancelled'] as const).map((value) => ({
      value,
      label: STATUS_SHORT[value],
    })),
  ];
  protected readonly filter = computed(() => ({
    statuses: ORDER_STATUSES.filter((status) => this.status()?.split(',').includes(status)),
    q: this.q() ?? '',
  }));
  private typing?: ReturnType<typeof setTimeout>;

  constructor() {
    effect(() => {
      const filter = this.filter();
      untracked(() => void this.store.show(filter));
    });
  }

  protected type(text: string): void {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => void this.go({ q: text.trim() || null }), TYPING_PAUSE);
  }

  protected go(queryParams: Record<string, string | null>): Promise<boolean> {
    return this.router.navigate([], { queryParams, queryParamsHandling: 'merge', scroll: 'manual' });
  }

  protected itemCount({ items }: Order): number {
    return items.reduce((count, { quantity }) => count + quantity, 0);
  }
}
