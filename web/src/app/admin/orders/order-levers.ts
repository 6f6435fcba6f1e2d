import { inject, Injectable } from '@angular/core';
import type { Order, OrderStatus } from '@qc/contracts';
import { AdminApi } from '../../core/admin-api';
import { OrdersApi } from '../../core/orders-api';
import { messageOf, ProblemError } from '../../core/problem';
import { Sheets } from '../../ui/sheet';
import { Toasts } from '../../ui/toasts';
import { AssignSheet } from './assign-sheet';
import { type Question, ReasonSheet } from './reason-sheet';

/** Where a refusal means something else to who directs the work than to who does it. */
const ADMIN_TEXTS: Partial<Record<ProblemError['code'], string>> = {
  PARTNER_BUSY: 'This partner carries as many orders as one may. Choose another, or unassign one first.',
  ORDER_ALREADY_ASSIGNED: 'Another partner has this order by now. Unassign it first to give it to somebody else.',
  VERSION_MISMATCH: 'The order changed while you looked at it, so nothing was done. This is how it stands now.',
  INVALID_TRANSITION: 'The order has moved on, so this is no longer possible. This is how it stands now.',
};

/**
 * What an admin can do with an order; each resolves with the order as it then is, undefined when nothing was done. What was
 * decided looking at one version of it is never done to another: whoever was quicker wins, and the admin is told.
 */
@Injectable()
export class OrderLevers {
  private readonly api = inject(AdminApi);
  private readonly orders = inject(OrdersApi);
  private readonly sheets = inject(Sheets);
  private readonly toasts = inject(Toasts);

  async assign(order: Order): Promise<Order | undefined> {
    const partnerId = await this.sheets.open<string, Order>(AssignSheet, order);
    return partnerId ? this.attempt(() => this.api.assign(order.id, partnerId, order.version)) : undefined;
  }

  async unassign(order: Order): Promise<Order | undefined> {
    const reason = await this.ask({
      title: `Take ${order.number} back?`,
      text: `${order.partner?.firstName ?? 'The partner'} is told at once, and the order waits for another partner.`,
      confirm: 'Unassign',
    });
    return reason ? this.attempt(() => this.api.unassign(order.id, reason, order.version)) : undefined;
  }

  /** A move that needs no words. */
  move(order: Order, status: OrderStatus): Promise<Order | undefined> {
    return this.attempt(() => this.orders.move(order.id, { status }, order.version));
  }

  async moveWithReason(order: Order, status: OrderStatus, question: Question): Promise<Order | undefined> {
    const note = await this.ask(question);
    return note ? this.attempt(() => this.orders.move(order.id, { status, note }, order.version)) : undefined;
  }

  private ask(question: Question): Promise<string | undefined> {
    return this.sheets.open<string, Question>(ReasonSheet, question);
  }

  private async attempt(work: () => Promise<Order>): Promise<Order | undefined> {
    try {
      return await work();
    } catch (error) {
      const text = error instanceof ProblemError ? ADMIN_TEXTS[error.code] : undefined;
      this.toasts.show(text ?? messageOf(error), 'warning');
      return undefined;
    }
  }
}
