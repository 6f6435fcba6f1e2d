import { Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { isClosed, movesFor, type Order } from '@qc/contracts';
import { LucideBike, LucideMapPin, LucidePhone, LucideShare2 } from '@lucide/angular';
import { IntentKey } from '../../core/intent-key';
import { messageOf } from '../../core/problem';
import { newId } from '../../core/new-id';
import { OrdersApi } from '../../core/orders-api';
import { Realtime } from '../../core/realtime';
import { EtaText } from '../../orders/eta-text';
import { JourneyStepper } from '../../orders/journey-stepper';
import { LiveOrderStore } from '../../orders/live-order-store';
import { OrderItems } from '../../orders/order-items';
import { STATUS_LOOKS } from '../../orders/order-status';
import { PriceLines } from '../../orders/price-lines';
import { Button } from '../../ui/button';
import { ConnectionBadge } from '../../ui/connection-badge';
import { ErrorState } from '../../ui/error-state';
import { Notice } from '../../ui/notice';
import { Sheets } from '../../ui/sheet';
import { Skeleton } from '../../ui/skeleton';
import { ticker } from '../../ui/ticker';
import { Toasts } from '../../ui/toasts';
import { CancelSheet } from './cancel-sheet';
import { RatingForm } from './rating-form';

/** One order, live from the tap to the door. */
@Component({
  selector: 'qc-order-page',
  imports: [
    RouterLink,
    Button,
    ConnectionBadge,
    ErrorState,
    EtaText,
    JourneyStepper,
    LucideBike,
    LucideMapPin,
    LucidePhone,
    LucideShare2,
    Notice,
    OrderItems,
    PriceLines,
    RatingForm,
    Skeleton,
  ],
  providers: [LiveOrderStore],
  templateUrl: './order-page.html',
})
export class OrderPage {
  private readonly api = inject(OrdersApi);
  private readonly sheets = inject(Sheets);
  private readonly toasts = inject(Toasts);
  private readonly router = inject(Router);
  private readonly reorderIntent = new IntentKey();
  protected readonly live = inject(LiveOrderStore);
  protected readonly realtime = inject(Realtime);
  protected readonly now = ticker(15_000);

  readonly id = input.required<string>();

  protected readonly order = computed(() => this.live.order() as Order | undefined);
  protected readonly headline = computed(() => STATUS_LOOKS[this.order()!.status].label);
  protected readonly onItsWay = computed(() => {
    const order = this.order();
    return order !== undefined && !isClosed(order.status) && order.status !== 'failed';
  });
  protected readonly mayCancel = computed(() => {
    const order = this.order();
    return order !== undefined && movesFor(order.status, 'customer').includes('cancelled');
  });
  protected readonly reordering = signal(false);

  constructor() {
    effect(() => {
      const id = this.id();
      untracked(() => void this.load(id));
    });
  }

  /** Read once over HTTP, so that the page is there before the connection is; live from then on. */
  protected async load(id: string): Promise<void> {
    try {
      this.live.open(id, await this.api.read(id));
    } catch (error) {
      this.live.fail(messageOf(error));
    }
  }

  protected async cancel(order: Order): Promise<void> {
    const cancelled = await this.sheets.open<Order, Order>(CancelSheet, order);
    if (cancelled) this.live.take(cancelled);
  }

  protected async share({ trackingUrl, number }: Order): Promise<void> {
    const url = new URL(trackingUrl!, location.origin).href;
    if (navigator.share) return navigator.share({ title: `Order ${number}`, url }).catch(() => undefined);
    await navigator.clipboard.writeText(url);
    this.toasts.show('The tracking link is in your clipboard.', 'success');
  }

  protected async reorder({ id }: Order): Promise<void> {
    this.reordering.set(true);
    try {
      const again = await this.api.reorder(id, this.reorderIntent.for({ id }));
      this.toasts.show('Ordered again.', 'success');
      await this.router.navigate(['/orders', again.id]);
    } catch (error) {
      this.reorderIntent.failed(error);
      this.toasts.show(messageOf(error), 'danger');
    } finally {
      this.reordering.set(false);
    }
  }
}
