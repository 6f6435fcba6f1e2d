import { Component, computed, input, output } from '@angular/core';
import type { Order } from '@qc/contracts';
import { Button } from '../../ui/button';
import { Icon } from '../../ui/icon';
import { MoneyPipe } from '../../ui/money-pipe';
import { AgoPipe, DistancePipe } from '../../ui/time-pipes';
import type { Departure } from '../offers-store';

const GONE_TEXTS: Record<Departure, string> = { taken: 'Just taken', withdrawn: 'Cancelled' };

/** One order that waits: what it pays, how far it is, and the way to get it. */
@Component({
  selector: 'qc-order-card',
  imports: [AgoPipe, Button, DistancePipe, Icon, MoneyPipe],
  host: { class: 'block' },
  template: `
    @let offer = order();
    <article
      class="card flex h-full flex-col p-5 transition-opacity"
      [class.opacity-70]="departed()"
      [attr.aria-label]="'Order ' + offer.number"
    >
      <div class="flex items-start justify-between gap-3">
        <div>
          <p class="text-4xl font-bold tracking-tight tabular-nums">{{ offer.tripPay ?? 0 | money: offer.currency }}</p>
          @if (offer.tip) {
            <p class="font-medium text-brand-ink">plus {{ offer.tip | money: offer.currency }} tip</p>
          }
        </div>
        <p class="pt-1.5 text-sm whitespace-nowrap text-muted">{{ offer.placedAt | ago: now() }}</p>
      </div>
      <ul class="mt-4 mb-5 space-y-2">
        <li class="flex gap-3">
          <svg qcIcon="map-pin" class="mt-0.5 size-5 shrink-0 text-muted"></svg>
          <span>
            <span class="block font-semibold">{{ offer.deliveryAddress.street }}</span>
            <span class="text-muted">{{ area() }}</span>
          </span>
        </li>
        <li class="flex gap-3">
          <svg qcIcon="store" class="mt-0.5 size-5 shrink-0 text-muted"></svg>
          <span>
            {{ offer.store.name }}
            @if (offer.distanceMeters; as meters) {
              <span class="text-muted">· {{ meters | distance }} to the door</span>
            }
          </span>
        </li>
        <li class="flex gap-3">
          <svg qcIcon="package" class="mt-0.5 size-5 shrink-0 text-muted"></svg>
          {{ items() === 1 ? '1 item' : items() + ' items' }}
        </li>
      </ul>
      <div class="mt-auto">
        @if (departed(); as why) {
          <p class="grid h-14 place-items-center rounded-control bg-sunken font-semibold">{{ gone[why] }}</p>
        } @else if (heldFor(); as seconds) {
          <p class="flex h-14 items-center justify-center gap-2 rounded-control bg-sunken font-medium text-muted">
            <svg qcIcon="eye" class="size-5 shrink-0"></svg
            ><span
              >Held by another partner · <span class="tabular-nums">{{ seconds }} s</span></span
            >
          </p>
        } @else {
          <div class="grid grid-cols-[1fr_1.6fr] gap-2.5">
            <button type="button" qcButton="secondary" size="large" [disabled]="busy()" (click)="looked.emit(offer)">
              Details
            </button>
            <button type="button" qcButton size="large" [disabled]="busy()" (click)="accepted.emit(offer)">
              Accept
            </button>
          </div>
        }
      </div>
    </article>
  `,
})
export class OrderCard {
  readonly order = input.required<Order>();
  /** Milliseconds since the epoch. */
  readonly now = input.required<number>();
  /** Until when another partner holds it, on the same clock. */
  readonly heldUntil = input<number>();
  readonly departed = input<Departure>();
  readonly busy = input(false);
  readonly accepted = output<Order>();
  /** The details are wanted, and the order held meanwhile. */
  readonly looked = output<Order>();

  protected readonly gone = GONE_TEXTS;
  protected readonly items = computed(() => this.order().items.reduce((count, { quantity }) => count + quantity, 0));
  protected readonly area = computed(() => {
    const { city, zipCode } = this.order().deliveryAddress;
    return [city, zipCode].filter(Boolean).join(' ');
  });
  /** Whole seconds; 0 once the lock is over, whatever the server has said so far. */
  protected readonly heldFor = computed(() => Math.max(0, Math.ceil(((this.heldUntil() ?? 0) - this.now()) / 1000)));
}
