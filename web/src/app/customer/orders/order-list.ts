import { Component, inject, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Order } from '@qc/contracts';
import { LucideChevronRight, LucidePackage } from '@lucide/angular';
import { messageOf } from '../../core/problem';
import { OrdersApi } from '../../core/orders-api';
import { OrderStatusBadge } from '../../orders/order-status-badge';
import { Button } from '../../ui/button';
import { EmptyState } from '../../ui/empty-state';
import { ErrorState } from '../../ui/error-state';
import { MoneyPipe } from '../../ui/money-pipe';
import { Skeleton } from '../../ui/skeleton';
import { ClockTimePipe } from '../../ui/time-pipes';

@Component({
  selector: 'qc-order-list',
  imports: [
    RouterLink,
    Button,
    ClockTimePipe,
    EmptyState,
    ErrorState,
    LucideChevronRight,
    LucidePackage,
    MoneyPipe,
    OrderStatusBadge,
    Skeleton,
  ],
  template: `
    <h1 class="text-3xl font-bold">Your orders</h1>
    <div class="mt-5 max-w-3xl space-y-3" [attr.aria-busy]="loading()">
      @for (order of orders(); track order.id) {
        <a
          [routerLink]="['/orders', order.id]"
          class="card flex items-center gap-4 p-4 transition hover:border-brand sm:p-5"
        >
          <img
            [src]="order.items[0]?.imageUrl ?? 'images/product-fallback.svg'"
            alt=""
            width="64"
            height="64"
            class="size-16 rounded-control"
          />
          <span class="min-w-0 grow">
            <span class="flex flex-wrap items-center gap-x-3 gap-y-1">
              <span class="font-semibold">{{ order.number }}</span>
              <qc-order-status-badge [status]="order.status" />
            </span>
            <span class="mt-1 block truncate text-sm text-muted">{{ namesOf(order) }}</span>
            <span class="mt-1 block text-sm tabular-nums"
              >{{ order.placedAt | clockTime }} · {{ order.total | money: order.currency }}</span
            >
          </span>
          <svg lucideChevronRight class="size-5 shrink-0 text-muted"></svg>
        </a>
      }
      @if (error(); as message) {
        <qc-error-state [message]="message" (retry)="load()" />
      } @else if (loading()) {
        @for (place of [1, 2, 3]; track place) {
          <qc-skeleton class="h-26 rounded-card" />
        }
      } @else if (!orders().length) {
        <qc-empty-state title="No orders yet" text="Your first one is a few taps away.">
          <svg icon lucidePackage class="size-7"></svg>
          <a qcButton routerLink="/shop">Go to the shop</a>
        </qc-empty-state>
      } @else if (cursor()) {
        <button type="button" qcButton="secondary" class="w-full" (click)="load()">Show older orders</button>
      }
    </div>
  `,
})
export class OrderList {
  private readonly api = inject(OrdersApi);
  protected readonly orders = signal<readonly Order[]>([]);
  protected readonly cursor = signal<string | null>(null);
  protected readonly loading = signal(false);
  protected readonly error = signal<string | undefined>(undefined);

  constructor() {
    void this.load();
  }

  protected async load(): Promise<void> {
    if (this.loading()) return;
    this.loading.set(true);
    this.error.set(undefined);
    try {
      const { items, nextCursor } = await this.api.list({ limit: 20, cursor: this.cursor() ?? undefined });
      this.orders.update((orders) => [...orders, ...items]);
      this.cursor.set(nextCursor);
    } catch (error) {
      this.error.set(messageOf(error));
    } finally {
      this.loading.set(false);
    }
  }

  protected namesOf({ items }: Order): string {
    return items.map(({ name, quantity }) => (quantity > 1 ? `${quantity} × ${name}` : name)).join(', ');
  }
}
