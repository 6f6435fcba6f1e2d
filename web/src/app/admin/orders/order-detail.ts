import { Location } from '@angular/common';
import {
  afterNextRender,
  Component,
  computed,
  effect,
  type ElementRef,
  inject,
  Injector,
  input,
  untracked,
  viewChild,
} from '@angular/core';
import { Router, RouterLink, type UrlTree } from '@angular/router';
import { movesFor, type Order, type OrderStatus, type PaymentStatus } from '@qc/contracts';
import { Icon } from '../../ui/icon';
import { OrdersApi } from '../../core/orders-api';
import { messageOf } from '../../core/problem';
import { LiveOrderStore } from '../../orders/live-order-store';
import { OrderItems } from '../../orders/order-items';
import { OrderStatusBadge } from '../../orders/order-status-badge';
import { STATUS_SHORT } from '../../orders/order-status';
import { PriceLines } from '../../orders/price-lines';
import { Badge, type Tone } from '../../ui/badge';
import { Button } from '../../ui/button';
import { ErrorState } from '../../ui/error-state';
import { MoneyPipe } from '../../ui/money-pipe';
import { Notice } from '../../ui/notice';
import { Sheets } from '../../ui/sheet';
import { Skeleton } from '../../ui/skeleton';
import { ticker } from '../../ui/ticker';
import { AgoPipe, ClockTimePipe, DistancePipe } from '../../ui/time-pipes';
import { Toasts } from '../../ui/toasts';
import { type CustomerToErase, EraseSheet } from './erase-sheet';
import { OrderLevers } from './order-levers';
import { OrderTimeline } from './order-timeline';

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
    AgoPipe,
    Badge,
    Button,
    ClockTimePipe,
    DistancePipe,
    ErrorState,
    MoneyPipe,
    Notice,
    OrderItems,
    OrderStatusBadge,
    OrderTimeline,
    PriceLines,
    Skeleton,
  ],
  providers: [LiveOrderStore, OrderLevers],
  templateUrl: './order-detail.html',
})
export class OrderDetail {
  private readonly api = inject(OrdersApi);
  private readonly does = inject(OrderLevers);
  private readonly sheets = inject(Sheets);
  private readonly toasts = inject(Toasts);
  protected readonly live = inject(LiveOrderStore);
  protected readonly paymentTones = PAYMENT_TONES;
  protected readonly now = ticker(10_000);
  /** The table as it was filtered, when that is where the reader comes from. */
  protected readonly list = listOf(inject(Location).getState());

  readonly id = input.required<string>();
  private readonly injector = inject(Injector);
  private readonly heading = viewChild<ElementRef<HTMLElement>>('heading');

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
    // pulled twice, the second time finds it done: the server answers a repeat with the order as it is
    const changed = await lever.pull(order);
    if (changed) this.live.take(changed);
    else await this.live.sync(); // refused or dismissed: show how it stands
    afterNextRender(() => this.keepFocus(), { injector: this.injector });
  }

  protected async erase(customer: CustomerToErase): Promise<void> {
    if (!(await this.sheets.open<boolean, CustomerToErase>(EraseSheet, customer))) return;
    this.toasts.show('Erased. The orders stay, without the person.', 'success');
    await this.load(this.id());
  }

  /** A lever that was pulled may be gone: who works by keyboard goes on from the top of the order, not of the page. */
  private keepFocus(): void {
    if (document.activeElement === document.body) this.heading()?.nativeElement.focus();
  }

  protected addressOf({ deliveryAddress: { street, city, state, zipCode } }: Order): string {
    return [street, city, [state, zipCode].filter(Boolean).join(' ')].filter(Boolean).join(', ');
  }

  private leverFor(from: OrderStatus, to: OrderStatus): Lever {
    if (to === 'assigned') return { label: 'Assign', look: 'primary', pull: (order) => this.does.assign(order) };
    if (from === 'assigned' && to === 'ready')
      return { label: 'Unassign', look: 'secondary', pull: (order) => this.does.unassign(order) };
    if (from === 'failed' && to === 'ready')
      return { label: 'Try again', look: 'primary', pull: (order) => this.does.move(order, to) };
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

const PAYMENT_TONES: Record<PaymentStatus, Tone> = {
  pending: 'neutral',
  paid: 'success',
  failed: 'danger',
  refunded: 'info',
};

function listOf(state: unknown): UrlTree {
  const { list } = (state ?? {}) as { list?: unknown };
  return inject(Router).parseUrl(typeof list === 'string' ? list : '/admin/orders');
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
