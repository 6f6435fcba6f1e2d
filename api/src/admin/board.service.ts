import { Injectable } from '@nestjs/common';
import { type DashboardData, isClosed, type LiveStats, type Order, ORDER_STATUSES, type Page } from '@qc/contracts';
import type { Actor } from '../auth/actor';
import { StoresRepository } from '../catalog/stores.repository';
import { OrderViews } from '../orders/order-views';
import { type OrderFilter, OrdersRepository } from '../orders/orders.repository';
import { Clock } from '../platform/clock';
import { startOfDay } from '../platform/time-zone';
import { BoardRepository } from './board.repository';
import { PartnerListService } from './partner-list.service';

const SHOWN = 10;

/** The whole city, for reading. */
@Injectable()
export class BoardService {
  constructor(
    private readonly board: BoardRepository,
    private readonly orders: OrdersRepository,
    private readonly views: OrderViews,
    private readonly partners: PartnerListService,
    private readonly stores: StoresRepository,
    private readonly clock: Clock,
  ) {}

  async live(): Promise<LiveStats> {
    const [byStatus, partners] = await Promise.all([this.board.countByStatus(), this.partners.counts()]);
    const open = ORDER_STATUSES.filter((status) => !isClosed(status) && status !== 'failed');
    return {
      at: this.clock.now().toISOString(),
      byStatus,
      openOrders: open.reduce((total, status) => total + byStatus[status], 0),
      unassigned: byStatus.ready,
      partners,
    };
  }

  async dashboard(admin: Actor): Promise<DashboardData> {
    const [store] = await this.stores.all();
    const now = this.clock.now();
    const [live, today, waiting, recent] = await Promise.all([
      this.live(),
      this.board.summary(startOfDay(now, store?.timeZone ?? 'UTC'), now),
      this.orders.unassigned(SHOWN),
      this.orders.page({ limit: SHOWN }),
    ]);
    const views = await this.views.many([...waiting.items, ...recent.items], admin);
    return {
      live,
      today,
      currency: store?.currency ?? 'INR',
      longestWaiting: views.slice(0, waiting.items.length),
      recent: views.slice(waiting.items.length),
    };
  }

  /** Newest first. `q`: the beginning of a number. */
  async list(admin: Actor, { q, ...filter }: Omit<OrderFilter, 'number'> & { q?: string }): Promise<Page<Order>> {
    const digits = q?.toUpperCase().replace(/^QC-?/, '');
    const page = await this.orders.page({ ...filter, ...(digits && { number: `QC-${digits}` }) });
    return { items: await this.views.many(page.items, admin), nextCursor: page.nextCursor };
  }
}
