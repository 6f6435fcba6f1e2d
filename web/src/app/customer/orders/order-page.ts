import { Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { Router, RouterLink } from '@angular/router';
import { isClosed, movesFor, type Order, type PartnerPosition } from '@qc/contracts';
import { Icon } from '../../ui/icon';
import { IntentKey } from '../../core/intent-key';
import { hasCode, messageOf } from '../../core/problem';
import { OrdersApi } from '../../core/orders-api';
import { Realtime } from '../../core/realtime';
import { EtaText } from '../../orders/eta-text';
import { JourneyStepper } from '../../orders/journey-stepper';
import { LiveOrderStore } from '../../orders/live-order-store';
import { OrderItems } from '../../orders/order-items';
import { STATUS_LOOKS } from '../../orders/order-status';
import { PriceLines } from '../../orders/price-lines';
import { Button } from '../../ui/button';
import { type Confirmation, ConfirmSheet } from '../../ui/confirm-sheet';
import { ConnectionBadge } from '../../ui/connection-badge';
import { EmptyState } from '../../ui/empty-state';
import { ErrorState } from '../../ui/error-state';
import { formatMoney } from '../../ui/money-pipe';
import { Notice } from '../../ui/notice';
import { Sheets } from '../../ui/sheet';
import { Skeleton } from '../../ui/skeleton';
import { ticker } from '../../ui/ticker';
import { ClockTimePipe } from '../../ui/time-pipes';
import { Toasts } from '../../ui/toasts';
import { CancelSheet } from './cancel-sheet';
import { CourierCard } from './courier-card';
import { RatingForm } from './rating-form';

const PAYMENT_TEXTS: Record<Order['paymentStatus'], string> = {
  pending: 'to be paid',
  paid: 'paid',
  failed: 'not paid',
  refunded: 'refunded',
};

/** One order, live from the tap to the door. */
@Component({
  selector: 'qc-order-page',
  imports: [
    Icon,
    RouterLink,
    Button,
    ClockTimePipe,
    ConnectionBadge,
    CourierCard,
    EmptyState,
    ErrorState,
    EtaText,
    JourneyStepper,
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
  protected readonly now = ticker(10_000);
  protected readonly paymentTexts = PAYMENT_TEXTS;

  readonly id = input.required<string>();

  protected readonly missing = signal(false);
  protected readonly reordering = signal(false);
  protected readonly position = signal<PartnerPosition | undefined>(undefined);
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

  constructor() {
    effect(() => {
      const id = this.id();
      untracked(() => void this.load(id));
    });
    this.realtime
      .on('partnerLocation')
      .pipe(takeUntilDestroyed())
      .subscribe((position) => {
        if (position.orderId === this.id()) this.position.set(position);
      });
  }

  /** Read once over HTTP, so that the page is there before the connection is; live from then on. */
  protected async load(id: string): Promise<void> {
    this.missing.set(false);
    this.position.set(undefined);
    try {
      this.live.open(id, await this.api.read(id));
    } catch (error) {
      this.missing.set(hasCode(error, 'ORDER_NOT_FOUND', 'VALIDATION_FAILED'));
      this.live.fail(messageOf(error));
    }
  }

  protected async cancel(order: Order): Promise<void> {
    const cancelled = await this.sheets.open<Order, Order>(CancelSheet, order);
    if (cancelled) this.live.take(cancelled);
  }

  protected async share({ trackingUrl, number }: Order): Promise<void> {
    const url = new URL(trackingUrl!, location.origin).href;
    // absent on plain HTTP and in some browsers, whatever the types say
    if ((navigator as Partial<Navigator>).share)
      return navigator.share({ title: `Order ${number}`, url }).catch(() => undefined);
    try {
      await navigator.clipboard.writeText(url);
      this.toasts.show('The tracking link is in your clipboard.', 'success');
    } catch {
      // no clipboard on plain HTTP: then the link itself, to be copied by hand
      this.toasts.show(url);
    }
  }

  protected async reorder(order: Order): Promise<void> {
    const sure = await this.sheets.open<boolean, Confirmation>(ConfirmSheet, {
      title: 'Order the same again?',
      text: `${order.items.length === 1 ? 'One product' : `${order.items.length} products`} to ${order.deliveryAddress.street}, for about ${formatMoney(order.total - order.tip, order.currency)} by ${order.paymentMethod}.`,
      confirm: 'Place order',
    });
    if (!sure || this.reordering()) return;
    this.reordering.set(true);
    try {
      const again = await this.api.reorder(order.id, this.reorderIntent.for({ id: order.id }));
      await this.router.navigate(['/orders', again.id]);
    } catch (error) {
      this.reorderIntent.failed(error);
      this.toasts.show(messageOf(error), 'danger');
    } finally {
      this.reordering.set(false);
    }
  }
}
