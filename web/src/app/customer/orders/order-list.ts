import { Component, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Icon } from '../../ui/icon';
import { Button } from '../../ui/button';
import { EmptyState } from '../../ui/empty-state';
import { ErrorState } from '../../ui/error-state';
import { Skeleton } from '../../ui/skeleton';
import { OrderCard } from './order-card';
import { OrderListStore } from './order-list-store';

@Component({
  selector: 'qc-order-list',
  imports: [Icon, RouterLink, Button, EmptyState, ErrorState, OrderCard, Skeleton],
  providers: [OrderListStore],
  host: { class: 'mx-auto block max-w-3xl' },
  template: `
    <h1 class="text-3xl font-bold">Your orders</h1>
    <div class="mt-5 space-y-3" [attr.aria-busy]="list.loading()">
      @if (list.active().length) {
        <h2 class="text-lg font-semibold">On the way</h2>
        @for (order of list.active(); track order.id) {
          <qc-order-card [order]="order" />
        }
        @if (list.past().length) {
          <h2 class="pt-5 text-lg font-semibold">Earlier</h2>
        }
      }
      @for (order of list.past(); track order.id) {
        <qc-order-card [order]="order" />
      }
      @if (list.error(); as message) {
        <qc-error-state [message]="message" (retry)="list.more()" />
      } @else if (!list.loaded()) {
        @for (place of [1, 2, 3]; track place) {
          <qc-skeleton class="h-26 rounded-card" />
        }
      } @else if (!list.orders().length) {
        <qc-empty-state title="No orders yet" text="Your first one is a few taps away.">
          <svg icon qcIcon="package" class="size-7"></svg>
          <a qcButton routerLink="/shop">Go to the shop</a>
        </qc-empty-state>
      } @else if (list.cursor()) {
        <button type="button" qcButton="secondary" class="w-full" [disabled]="list.loading()" (click)="list.more()">
          Show older orders
        </button>
      }
    </div>
  `,
})
export class OrderList {
  protected readonly list = inject(OrderListStore);
}
