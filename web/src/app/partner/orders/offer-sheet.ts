import { DIALOG_DATA, DialogRef } from '@angular/cdk/dialog';
import { Component, computed, inject, type Signal } from '@angular/core';
import type { Order } from '@qc/contracts';
import { OrderItems } from '../../orders/order-items';
import { Button } from '../../ui/button';
import { MoneyPipe } from '../../ui/money-pipe';
import { Sheet } from '../../ui/sheet';
import { ticker } from '../../ui/ticker';
import { DistancePipe } from '../../ui/time-pipes';
import type { Departure, Hold } from '../offers-store';
import { CountdownRing } from './countdown-ring';

export interface Offer {
  order: Order;
  /** This partner's hold on it; undefined once it is gone. */
  hold: Signal<Hold | undefined>;
  /** Why it is no longer to be had. */
  departed: Signal<Departure | undefined>;
}

export type Decision = 'accept' | 'letGo';

const ENDINGS = {
  taken: { title: 'Just taken', text: 'The dispatcher gave this order to another partner.' },
  withdrawn: { title: 'Cancelled', text: 'This order was cancelled a moment ago.' },
  over: { title: 'Time is up', text: 'The order is free for everyone again. You can still take it from the list.' },
} as const;

/** An order that is held for this partner while deciding. Says it when the order goes, or the time is over. */
@Component({
  selector: 'qc-offer-sheet',
  imports: [Button, CountdownRing, DistancePipe, MoneyPipe, OrderItems, Sheet],
  template: `
    @let order = offer.order;
    <qc-sheet [title]="title()">
      @if (ending(); as end) {
        <p class="text-lg" role="alert">{{ end.text }}</p>
        <button type="button" qcButton size="large" class="mt-6 w-full" (click)="ref.close('letGo')">
          Back to the orders
        </button>
      } @else {
        <div class="flex items-center gap-5">
          <qc-countdown-ring [left]="left()" [of]="lasts" />
          <div>
            <p class="text-4xl font-bold tracking-tight tabular-nums">
              {{ order.tripPay ?? 0 | money: order.currency }}
            </p>
            @if (order.tip) {
              <p class="font-medium text-brand-ink">plus {{ order.tip | money: order.currency }} tip</p>
            }
            <p class="text-muted">Held for you</p>
          </div>
        </div>
        <p class="mt-5 text-lg font-semibold">{{ order.deliveryAddress.street }}</p>
        <p class="text-muted">
          {{ order.deliveryAddress.city }} {{ order.deliveryAddress.zipCode }}
          @if (order.distanceMeters; as meters) {
            · {{ meters | distance }} from {{ order.store.name }}
          }
        </p>
        <qc-order-items class="mt-2 block" [items]="order.items" [currency]="order.currency" />
        <div class="sticky bottom-0 grid grid-cols-[1fr_1.6fr] gap-2.5 bg-surface pt-3">
          <button type="button" qcButton="secondary" size="large" (click)="ref.close('letGo')">Let it go</button>
          <button type="button" qcButton size="large" (click)="ref.close('accept')">Accept order</button>
        </div>
      }
    </qc-sheet>
  `,
})
export class OfferSheet {
  protected readonly offer = inject<Offer>(DIALOG_DATA);
  protected readonly ref = inject<DialogRef<Decision>>(DialogRef);
  private readonly now = ticker(250);
  protected readonly lasts = this.offer.hold()?.lasts ?? 0;
  /** Whole seconds. */
  protected readonly left = computed(() =>
    Math.max(0, Math.ceil(((this.offer.hold()?.until ?? 0) - this.now()) / 1000)),
  );
  protected readonly ending = computed(() => {
    const departed = this.offer.departed();
    if (departed) return ENDINGS[departed];
    return this.left() > 0 ? undefined : ENDINGS.over;
  });
  protected readonly title = computed(() => this.ending()?.title ?? `Order ${this.offer.order.number}`);
}
