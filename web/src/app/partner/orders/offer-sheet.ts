import { DialogRef } from '@angular/cdk/dialog';
import { Component, computed, effect, inject } from '@angular/core';
import { DIALOG_DATA } from '@angular/cdk/dialog';
import type { Order } from '@qc/contracts';
import { OrderItems } from '../../orders/order-items';
import { Button } from '../../ui/button';
import { MoneyPipe } from '../../ui/money-pipe';
import { Sheet } from '../../ui/sheet';
import { ticker } from '../../ui/ticker';
import { DistancePipe } from '../../ui/time-pipes';
import type { PartnerStore } from '../partner-store';

export interface Offer {
  order: Order;
  partner: PartnerStore;
  /** Seconds that a lock lasts when it is fresh. */
  lasts: number;
}

/** An order that is held for this partner while deciding. Closes with `accept` or `letGo`; by itself when the lock is over. */
@Component({
  selector: 'qc-offer-sheet',
  imports: [Button, DistancePipe, MoneyPipe, OrderItems, Sheet],
  template: `
    @let order = offer.order;
    <qc-sheet [title]="'Order ' + order.number">
      <div class="flex items-center gap-5">
        <svg
          viewBox="0 0 80 80"
          class="size-20 shrink-0 -rotate-90"
          role="img"
          [attr.aria-label]="left() + ' seconds left'"
        >
          <circle cx="40" cy="40" r="34" fill="none" stroke="var(--line)" stroke-width="7" />
          <circle
            cx="40"
            cy="40"
            r="34"
            fill="none"
            stroke="var(--brand)"
            stroke-width="7"
            stroke-linecap="round"
            stroke-dasharray="213.6"
            [attr.stroke-dashoffset]="213.6 * (1 - left() / offer.lasts)"
          />
          <text
            x="40"
            y="40"
            transform="rotate(90 40 40)"
            text-anchor="middle"
            dominant-baseline="central"
            fill="currentColor"
            font-size="20"
            font-weight="700"
          >
            {{ left() }}
          </text>
        </svg>
        <div>
          <p class="text-3xl font-bold tabular-nums">{{ order.tripPay ?? 0 | money: order.currency }}</p>
          <p class="text-muted">
            Held for you.
            @if (order.distanceMeters; as meters) {
              {{ meters | distance }} from {{ order.store.name }}.
            }
          </p>
        </div>
      </div>
      <p class="mt-4 font-semibold">{{ order.deliveryAddress.street }} {{ order.deliveryAddress.city }}</p>
      <qc-order-items class="mt-1 block" [items]="order.items" [currency]="order.currency" />
      <div class="mt-5 grid grid-cols-[1fr_1.6fr] gap-2.5">
        <button type="button" qcButton="secondary" size="large" (click)="ref.close('letGo')">Let it go</button>
        <button type="button" qcButton size="large" (click)="ref.close('accept')">Accept order</button>
      </div>
    </qc-sheet>
  `,
})
export class OfferSheet {
  protected readonly offer = inject<Offer>(DIALOG_DATA);
  protected readonly ref = inject<DialogRef<'accept' | 'letGo' | 'gone'>>(DialogRef);
  private readonly now = ticker(250);
  protected readonly left = computed(() => {
    const lock = this.offer.partner.lock();
    return lock ? Math.max(0, Math.ceil((Date.parse(lock.expiresAt) - this.now()) / 1000)) : 0;
  });

  constructor() {
    effect(() => {
      if (this.left() === 0) this.ref.close('gone');
    });
  }
}
