import { Component, computed, input, output } from '@angular/core';
import type { Order, Timestamp } from '@qc/contracts';
import { LucideEye, LucideMapPin, LucidePackage, LucideStore } from '@lucide/angular';
import { Button } from '../../ui/button';
import { MoneyPipe } from '../../ui/money-pipe';
import { AgoPipe, DistancePipe } from '../../ui/time-pipes';

/** One order that waits: what it pays, how far it is, and the way to get it. */
@Component({
  selector: 'qc-order-card',
  imports: [AgoPipe, Button, DistancePipe, LucideEye, LucideMapPin, LucidePackage, LucideStore, MoneyPipe],
  template: `
    @let offer = order();
    <article class="card p-5" [attr.aria-label]="'Order ' + offer.number">
      <div class="flex items-start justify-between gap-3">
        <p class="text-3xl font-bold tracking-tight tabular-nums">{{ offer.tripPay ?? 0 | money: offer.currency }}</p>
        <p class="text-sm text-muted">{{ offer.placedAt | ago: now() }}</p>
      </div>
      @if (offer.tip) {
        <p class="text-sm font-medium text-brand-ink">plus {{ offer.tip | money: offer.currency }} tip</p>
      }
      <ul class="mt-3 space-y-1.5">
        <li class="flex items-center gap-2.5">
          <svg lucideStore class="size-5 shrink-0 text-muted"></svg>{{ offer.store.name }}
        </li>
        <li class="flex items-center gap-2.5">
          <svg lucideMapPin class="size-5 shrink-0 text-muted"></svg>
          <span>
            {{ offer.deliveryAddress.street }}
            @if (offer.distanceMeters; as meters) {
              <span class="text-muted">· {{ meters | distance }}</span>
            }
          </span>
        </li>
        <li class="flex items-center gap-2.5">
          <svg lucidePackage class="size-5 shrink-0 text-muted"></svg>{{ items() }}
          {{ items() === 1 ? 'item' : 'items' }}
        </li>
      </ul>
      @if (heldFor(); as seconds) {
        <p class="mt-4 flex h-14 items-center justify-center gap-2 rounded-control bg-sunken font-medium text-muted">
          <svg lucideEye class="size-5"></svg>Another partner is looking · {{ seconds }} s
        </p>
      } @else {
        <div class="mt-4 grid grid-cols-[1fr_1.6fr] gap-2.5">
          <button type="button" qcButton="secondary" size="large" [disabled]="busy()" (click)="looked.emit(offer)">
            Details
          </button>
          <button type="button" qcButton size="large" [disabled]="busy()" (click)="accepted.emit(offer)">Accept</button>
        </div>
      }
    </article>
  `,
})
export class OrderCard {
  readonly order = input.required<Order>();
  readonly now = input.required<number>();
  /** Until when another partner holds it. */
  readonly heldUntil = input<Timestamp | undefined>();
  readonly busy = input(false);
  readonly accepted = output<Order>();
  readonly looked = output<Order>();

  protected readonly items = computed(() => this.order().items.reduce((count, { quantity }) => count + quantity, 0));
  /** Whole seconds; 0 once the lock is over, whatever the server has said so far. */
  protected readonly heldFor = computed(() => {
    const until = this.heldUntil();
    return until ? Math.max(0, Math.ceil((Date.parse(until) - this.now()) / 1000)) : 0;
  });
}
