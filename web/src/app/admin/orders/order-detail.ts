import { Component, computed, effect, inject, input, untracked } from '@angular/core';
import { RouterLink } from '@angular/router';
import { movesFor, type Order, type OrderStatus } from '@qc/contracts';
import { Icon } from '../../ui/icon';
import { OrdersApi } from '../../core/orders-api';
import { messageOf } from '../../core/problem';
import { LiveOrderStore } from '../../orders/live-order-store';
import { OrderItems } from '../../orders/order-items';
import { OrderStatusBadge } from '../../orders/order-status-badge';
import { STATUS_SHORT } from '../../orders/order-status';
import { PriceLines } from '../../orders/price-lines';
import { Button } from '../../ui/button';
import { ErrorState } from '../../ui/error-state';
import { MoneyPipe } from '../../ui/money-pipe';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { ClockTimePipe, DistancePipe } from '../../ui/time-pipes';
import { OrderLevers } from './order-levers';

interface Lever {
  label: string;
  look: 'primary' | 'secondary' | 'danger';
  pull: (order: Order) => Promise<Order | undefined>;
}

/** Everything about one order, live, and what can be done with it now. */
@Component({
  selector: 'qc-order-detail',
  imports: [
    Icon,
    RouterLink,
    Button,
    ClockTimePipe,
    DistancePipe,
    ErrorState,
    MoneyPipe,
    Notice,
    OrderItems,
    OrderStatusBadge,
    PriceLines,
    Skeleton,
  ],
  providers: [LiveOrderStore, OrderLevers],
  templateUrl: './order-detail.html',
})
export class OrderDetail {
  private readonly api = inject(OrdersApi);
  private readonly does = inject(OrderLevers);
  protected readonly live = inject(LiveOrderStore);
  protected readonly names = STATUS_SHORT;

  readonly id = input.required<string>();

  protected readonly order = computed(() => this.live.order() as Order | undefined);
  /** Drawn from the contract's table of moves, which the API enforces. */
  protected readonly levers = computed<readonly Lever[]>(() => {
    const order = this.order();
    return order ? movesFor(order.status, 'admin').map((to) => this.leverFor(order.status, to)) : [];
  });

  constructor() {
    effect(() => {
      const id = this.id();
      untracked(() => void this.load(id));
    });
  }

  protected async load(id: string): Promise<void> {
    try {
      this.live.open(id, await this.api.read(id));
    } catch (error) {
      this.live.fail(messageOf(error));
    }
  }

  protected async pull(lever: Lever, order: Order): Promise<void> {
    const changed = await lever.pull(order);
    if (changed) this.live.take(changed);
    else await this.live.sync(); // refused or dismissed: show how it stands
  }

  private leverFor(from: OrderStatus, to: OrderStatus): Lever {
    if (to === 'assigned') return { label: 'Assign', look: 'primary', pull: (order) => this.does.assign(order) };
    if (from === 'assigned' && to === 'ready')
      return { label: 'Unassign', look: 'secondary', pull: (order) => this.does.unassign(order) };
    return REASONED[to]
      ? this.reasoned(to)
      : { label: FORWARD[to] ?? STATUS_SHORT[to], look: 'primary', pull: (order) => this.does.move(order, to) };
  }

  private reasoned(to: OrderStatus): Lever {
    const { label, look, text } = REASONED[to]!;
    return {
      label,
      look,
      pull: (order) =>
        this.does.moveWithReason(order, to, { title: `${label}: ${order.number}`, text, confirm: label }),
    };
  }
}

const FORWARD: Partial<Record<OrderStatus, string>> = {
  confirmed: 'Confirm',
  preparing: 'Start packing',
  ready: 'Ready for a courier',
};

const REASONED: Partial<Record<OrderStatus, { label: string; look: 'secondary' | 'danger'; text: string }>> = {
  cancelled: {
    label: 'Cancel order',
    look: 'danger',
    text: 'Customer and courier are told at once, the stock goes back, and what was paid is refunded.',
  },
  failed: {
    label: 'Mark as failed',
    look: 'danger',
    text: 'For a courier who vanished or could not deliver. The courier is free again; you can try another one.',
  },
  delivered: {
    label: 'Mark as delivered',
    look: 'secondary',
    text: 'For a courier who delivered but cannot say so. The customer is told that it arrived.',
  },
};
