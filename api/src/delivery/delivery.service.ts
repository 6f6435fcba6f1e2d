import { Inject, Injectable } from '@nestjs/common';
import { ACTIVE_STATUSES, type DeliveryOrders, type DeliveryStats, type Earnings } from '@qc/contracts';
import type { Actor } from '../auth/actor';
import { StoresRepository } from '../catalog/stores.repository';
import { OrderViews } from '../orders/order-views';
import type { OrderRecord } from '../orders/order.schema';
import { OrdersRepository } from '../orders/orders.repository';
import { Clock } from '../platform/clock';
import { Env } from '../platform/env';
import { Problem } from '../platform/http/problem';
import { startOfDay } from '../platform/time-zone';
import { PartnersRepository } from '../users/partners.repository';
import { meanRating } from '../users/user.view';

const PAST = 50;
const DEFAULT_CURRENCY = 'INR';

/** What a partner reads of the own work. */
@Injectable()
export class DeliveryService {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly partners: PartnersRepository,
    private readonly stores: StoresRepository,
    private readonly views: OrderViews,
    private readonly clock: Clock,
    @Inject(Env) private readonly env: Env,
  ) {}

  /** What is under way, and the last that are over. */
  async ordersOf(partner: Actor): Promise<DeliveryOrders> {
    const [active, past] = await Promise.all([
      this.orders.page({ partnerId: partner.id, status: [...ACTIVE_STATUSES], limit: 100 }),
      this.orders.page({ partnerId: partner.id, status: ['delivered', 'failed', 'cancelled'], limit: PAST }),
    ]);
    const views = await this.views.many([...active.items, ...past.items], partner);
    return { active: views.slice(0, active.items.length), past: views.slice(active.items.length) };
  }

  /** Today in the store's time zone. @throws PARTNER_NOT_FOUND */
  async stats(partner: Actor): Promise<DeliveryStats> {
    const state = await this.partners.byId(partner.id);
    if (!state) throw new Problem('PARTNER_NOT_FOUND');
    const { from, to, currency } = await this.today();
    const delivered = await this.orders.deliveredBy(partner.id, from, to);
    return {
      deliveriesToday: delivered.length,
      earningsToday: sum(delivered, (order) => order.tripPay + order.tip),
      cashToday: sum(delivered, (order) => (order.paymentMethod === 'cash' ? order.total : 0)),
      currency,
      rating: meanRating(state),
      ratingCount: state.ratingCount,
      activeDeliveries: state.activeDeliveries,
      capacity: this.env.PARTNER_CAPACITY,
    };
  }

  /** Trips delivered from `from` (inclusive, default today) to `to` (exclusive, default now). */
  async earnings(partner: Actor, from?: Date, to?: Date): Promise<Earnings> {
    const today = await this.today();
    const span = { from: from ?? today.from, to: to ?? today.to };
    const delivered = await this.orders.deliveredBy(partner.id, span.from, span.to);
    return {
      from: span.from.toISOString(),
      to: span.to.toISOString(),
      currency: delivered[0]?.currency ?? today.currency,
      total: sum(delivered, (order) => order.tripPay + order.tip),
      tripPay: sum(delivered, (order) => order.tripPay),
      tips: sum(delivered, (order) => order.tip),
      trips: delivered.map((order) => ({
        orderId: order._id.toHexString(),
        number: order.number,
        deliveredAt: order.deliveredAt!.toISOString(),
        tripPay: order.tripPay,
        tip: order.tip,
        total: order.tripPay + order.tip,
      })),
    };
  }

  private async today(): Promise<{ from: Date; to: Date; currency: string }> {
    const [store] = await this.stores.all();
    const to = this.clock.now();
    return { from: startOfDay(to, store?.timeZone ?? 'UTC'), to, currency: store?.currency ?? DEFAULT_CURRENCY };
  }
}

function sum(orders: readonly OrderRecord[], amount: (order: OrderRecord) => number): number {
  return orders.reduce((total, order) => total + amount(order), 0);
}
