import { Component, computed, DestroyRef, effect, inject, input, untracked } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { ACTIVE_STATUSES, ORDER_STATUSES, type Order, type OrderStatus } from '@qc/contracts';
import { Icon } from '../../ui/icon';
import { OrderStatusBadge } from '../../orders/order-status-badge';
import { STATUS_SHORT } from '../../orders/order-status';
import { Button } from '../../ui/button';
import { EmptyState } from '../../ui/empty-state';
import { ErrorState } from '../../ui/error-state';
import { MoneyPipe } from '../../ui/money-pipe';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { Spinner } from '../../ui/spinner';
import { ticker } from '../../ui/ticker';
import { AgoPipe } from '../../ui/time-pipes';
import { OrdersStore } from './orders-store';

/** Groups of states that are looked for together; the board links to them. */
const IN_STORE = ['pending', 'confirmed', 'preparing'] as const satisfies readonly OrderStatus[];
const OPEN = [...IN_STORE, 'ready', ...ACTIVE_STATUSES] as const satisfies readonly OrderStatus[];
/** Milliseconds after the last key. */
const TYPING_PAUSE = 250;

/** All orders, live. What is filtered stands in the address. */
@Component({
  selector: 'qc-orders-page',
  imports: [
    Icon,
    RouterLink,
    AgoPipe,
    Button,
    EmptyState,
    ErrorState,
    MoneyPipe,
    Notice,
    OrderStatusBadge,
    Skeleton,
    Spinner,
  ],
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
    { value: IN_STORE.join(','), label: 'In the store' },
    chip('ready'),
    { value: ACTIVE_STATUSES.join(','), label: 'On the road' },
    ...([...ACTIVE_STATUSES, 'delivered', 'failed', 'cancelled'] as const).map(chip),
  ];
  protected readonly filter = computed(() => ({
    statuses: ORDER_STATUSES.filter((status) => this.status()?.split(',').includes(status)),
    q: this.q() ?? '',
  }));
  protected readonly filtered = computed(() => !!this.filter().statuses.length || !!this.filter().q);
  /** This table with its filters, for the way back from an order. */
  protected readonly listUrl = computed(() =>
    this.router.createUrlTree(['/admin/orders'], { queryParams: { status: this.status(), q: this.q() } }).toString(),
  );
  private typing?: ReturnType<typeof setTimeout>;

  constructor() {
    effect(() => {
      const filter = this.filter();
      untracked(() => void this.store.show(filter));
    });
    // who has left the page is not searching any more
    inject(DestroyRef).onDestroy(() => clearTimeout(this.typing));
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

function chip(status: OrderStatus): { value: string; label: string } {
  return { value: status, label: STATUS_SHORT[status] };
}
