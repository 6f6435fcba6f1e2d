import { Component, computed, inject, input, signal } from '@angular/core';
import type { Order, OrderStatus } from '@qc/contracts';
import { LucideBanknote, LucideNavigation, LucidePhone } from '@lucide/angular';
import { DeliveryApi } from '../../core/delivery-api';
import { OrdersApi } from '../../core/orders-api';
import { hasCode, messageOf } from '../../core/problem';
import { OrderItems } from '../../orders/order-items';
import { OrderStatusBadge } from '../../orders/order-status-badge';
import { Button } from '../../ui/button';
import { MoneyPipe } from '../../ui/money-pipe';
import { Notice } from '../../ui/notice';
import { Sheets } from '../../ui/sheet';
import { Spinner } from '../../ui/spinner';
import { PartnerStore } from '../partner-store';
import { PositionSharing } from '../position-sharing';
import { type ReasonQuestion, ReasonSheet } from './reason-sheet';

interface Step {
  to: OrderStatus;
  button: string;
  headline: string;
}

/** One next action at a time. */
const STEPS: Partial<Record<OrderStatus, Step>> = {
  assigned: { to: 'picked_up', button: 'Picked up', headline: 'Fetch it at the store' },
  picked_up: { to: 'in_transit', button: 'On my way', headline: 'You have it. Off you go' },
  in_transit: { to: 'delivered', button: 'Delivered', headline: 'Bring it to the door' },
};

const GIVE_BACK: ReasonQuestion = {
  title: 'Give the order back?',
  text: 'It goes to another partner at once.',
  reasons: ['Too far away', 'Vehicle trouble', 'The order is not ready', 'I cannot work on'],
  confirm: 'Give it back',
};
const COULD_NOT: ReasonQuestion = {
  title: 'Could not deliver?',
  text: 'The dispatcher is told and decides what happens next.',
  reasons: ['Nobody at the door', 'Address not found', 'Customer refused it', 'Goods are damaged'],
  confirm: 'Report it',
};

/** The delivery under way. */
@Component({
  selector: 'qc-active-delivery',
  imports: [
    Button,
    LucideBanknote,
    LucideNavigation,
    LucidePhone,
    MoneyPipe,
    Notice,
    OrderItems,
    OrderStatusBadge,
    Spinner,
  ],
  templateUrl: './active-delivery.html',
})
export class ActiveDelivery {
  private readonly orders = inject(OrdersApi);
  private readonly delivery = inject(DeliveryApi);
  private readonly sheets = inject(Sheets);
  private readonly partner = inject(PartnerStore);
  protected readonly sharing = inject(PositionSharing).state;

  readonly order = input.required<Order>();

  protected readonly busy = signal(false);
  protected readonly problem = signal<string | undefined>(undefined);
  /** The store wants the customer's code: known once a delivery without it was refused. */
  protected readonly codeNeeded = signal(false);

  protected readonly step = computed(() => STEPS[this.order().status]);
  protected readonly toStore = computed(() => this.order().status === 'assigned');
  protected readonly cash = computed(
    () => this.order().paymentMethod === 'cash' && this.order().paymentStatus === 'pending',
  );
  /** Opens the phone's own navigation. */
  protected readonly navigation = computed(() => {
    const { store, deliveryAddress } = this.order();
    const place = this.toStore() ? store.location : deliveryAddress.location;
    return place && `geo:${place.lat},${place.lng}?q=${place.lat},${place.lng}`;
  });

  protected advance(to: OrderStatus, deliveryCode?: string): Promise<void> {
    return this.attempt(async () => {
      this.partner.finish(
        await this.orders.move(this.order().id, { status: to, ...(deliveryCode && { deliveryCode }) }),
      );
    });
  }

  protected async giveBack(): Promise<void> {
    const reason = await this.sheets.open<string, ReasonQuestion>(ReasonSheet, GIVE_BACK);
    if (reason) await this.attempt(async () => this.partner.take(await this.delivery.release(this.order().id, reason)));
  }

  protected async couldNot(): Promise<void> {
    const note = await this.sheets.open<string, ReasonQuestion>(ReasonSheet, COULD_NOT);
    if (note)
      await this.attempt(async () =>
        this.partner.take(await this.orders.move(this.order().id, { status: 'failed', note })),
      );
  }

  private async attempt(work: () => Promise<void>): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    this.problem.set(undefined);
    try {
      await work();
    } catch (error) {
      if (hasCode(error, 'DELIVERY_CODE_WRONG')) this.refuseCode();
      else this.problem.set(messageOf(error));
      if (hasCode(error, 'INVALID_TRANSITION', 'ORDER_NOT_FOUND')) await this.partner.load();
    } finally {
      this.busy.set(false);
    }
  }

  private refuseCode(): void {
    this.problem.set(
      this.codeNeeded() ? 'That code is not right. Ask the customer again.' : 'Ask the customer for the 4-digit code.',
    );
    this.codeNeeded.set(true);
  }
}
