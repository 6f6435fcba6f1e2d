import { Component, computed, input, output } from '@angular/core';
import type { MoveOrder, Order, OrderStatus } from '@qc/contracts';
import { OrderItems } from '../../orders/order-items';
import { OrderStatusBadge } from '../../orders/order-status-badge';
import { Button } from '../../ui/button';
import { Icon } from '../../ui/icon';
import { MoneyPipe } from '../../ui/money-pipe';
import { Notice } from '../../ui/notice';
import { Spinner } from '../../ui/spinner';
import { CodeEntry } from './code-entry';
import { navigationLink } from './navigation-link';

interface Step {
  to: OrderStatus;
  button: string;
  headline: string;
}

/** One next action at a time. */
const STEPS: Partial<Record<OrderStatus, Step>> = {
  assigned: { to: 'picked_up', button: 'Picked up', headline: 'Fetch it at the store' },
  picked_up: { to: 'in_transit', button: 'On my way', headline: 'You have it. Take it to' },
  in_transit: { to: 'delivered', button: 'Delivered', headline: 'Hand it over at' },
};

/** The delivery under way: where to, what to collect, and the one next step. */
@Component({
  selector: 'qc-active-delivery',
  imports: [Button, CodeEntry, Icon, MoneyPipe, Notice, OrderItems, OrderStatusBadge, Spinner],
  host: { class: 'block' },
  templateUrl: './active-delivery.html',
})
export class ActiveDelivery {
  readonly order = input.required<Order>();
  /** A command is on its way. */
  readonly busy = input(false);
  readonly problem = input<string>();
  /** The store wants the customer's code at the door. */
  readonly codeNeeded = input(false);
  readonly moved = output<MoveOrder>();
  readonly gaveBack = output<void>();
  readonly couldNot = output<void>();

  protected readonly step = computed(() => STEPS[this.order().status]);
  protected readonly asksCode = computed(() => this.codeNeeded() && this.step()?.to === 'delivered');
  protected readonly toStore = computed(() => this.order().status === 'assigned');
  protected readonly cash = computed(
    () => this.order().paymentMethod === 'cash' && this.order().paymentStatus === 'pending',
  );
  protected readonly pay = computed(() => (this.order().tripPay ?? 0) + this.order().tip);
  protected readonly items = computed(() => this.order().items.reduce((count, { quantity }) => count + quantity, 0));
  protected readonly phone = computed(() => this.order().customer?.phone?.replaceAll(/[^+\d]/g, ''));
  protected readonly navigation = computed(() => {
    const { store, deliveryAddress } = this.order();
    if (this.toStore()) return navigationLink({ location: store.location, street: store.name });
    return navigationLink(deliveryAddress);
  });
}
