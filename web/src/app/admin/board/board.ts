import { Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Order } from '@qc/contracts';
import { Icon } from '../../ui/icon';
import { OrderStatusBadge } from '../../orders/order-status-badge';
import { Button } from '../../ui/button';
import { EmptyState } from '../../ui/empty-state';
import { ErrorState } from '../../ui/error-state';
import { MoneyPipe } from '../../ui/money-pipe';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { ticker } from '../../ui/ticker';
import { AgoPipe } from '../../ui/time-pipes';
import { OrderLevers } from '../orders/order-levers';
import { BoardStore } from './board-store';

/** Minutes without a partner from which an order is late, and from which it is very late. */
const WARM = 3;
const HOT = 8;

/** What needs a hand now, and how the day goes. */
@Component({
  selector: 'qc-board',
  imports: [Icon, RouterLink, AgoPipe, Button, EmptyState, ErrorState, MoneyPipe, Notice, OrderStatusBadge, Skeleton],
  providers: [BoardStore, OrderLevers],
  templateUrl: './board.html',
})
export class Board {
  private readonly levers = inject(OrderLevers);
  protected readonly board = inject(BoardStore);
  protected readonly now = ticker(5000);

  protected readonly counts = computed(() => {
    const live = this.board.live();
    if (!live) return [];
    const { byStatus, partners, unassigned } = live;
    return [
      { label: 'Unassigned', value: unassigned, link: 'ready', alarm: unassigned > 0 },
      {
        label: 'In the store',
        value: byStatus.pending + byStatus.confirmed + byStatus.preparing,
        link: 'pending,confirmed,preparing',
        alarm: false,
      },
      {
        label: 'On the road',
        value: byStatus.assigned + byStatus.picked_up + byStatus.in_transit,
        link: 'assigned,picked_up,in_transit',
        alarm: false,
      },
      { label: 'Failed', value: byStatus.failed, link: 'failed', alarm: byStatus.failed > 0 },
      {
        label: 'Partners online',
        value: partners.online,
        link: undefined,
        alarm: partners.online === 0,
        note: `${partners.busy} busy of ${partners.total}`,
      },
    ];
  });

  protected assign(order: Order): Promise<Order | undefined> {
    return this.levers.assign(order);
  }

  protected warmth({ placedAt }: Order): string {
    const minutes = (this.now() - Date.parse(placedAt)) / 60_000;
    if (minutes >= HOT) return 'border-l-danger';
    return minutes >= WARM ? 'border-l-accent-ink' : 'border-l-brand';
  }

  /** Median minutes, as a person says it. */
  protected minutes(seconds: number | null): string {
    return seconds === null ? '–' : `${Math.round(seconds / 60)} min`;
  }
}
