import { inject, Injectable } from '@angular/core';
import type { Order, OrderStatus } from '@qc/contracts';
import { AdminApi } from '../../core/admin-api';
import { OrdersApi } from '../../core/orders-api';
import { messageOf } from '../../core/problem';
import { Sheets } from '../../ui/sheet';
import { Toasts } from '../../ui/toasts';
import { AssignSheet } from './assign-sheet';
import { type Question, ReasonSheet } from './reason-sheet';

/** What an admin can do with an order; each resolves with the order as it then is, undefined when nothing was done. */
@Injectable()
export class OrderLevers {
  private readonly api = inject(AdminApi);
  private readonly orders = inject(OrdersApi);
  private readonly sheets = inject(Sheets);
  private readonly toasts = inject(Toasts);

  async assign(order: Order): Promise<Order | undefined> {
    const partnerId = await this.sheets.open<string, Order>(AssignSheet, order);
    return partnerId ? this.attempt(() => this.api.assign(order.id, partnerId)) : undefined;
  }

  async unassign(order: Order): Promise<Order | undefined> {
    const reason = await this.ask({
      title: `Take ${order.number} back?`,
      text: `${order.partner?.firstName ?? 'The partner'} is told at once, and the order waits for another partner.`,
      confirm: 'Unassign',
    });
    return reason ? this.attempt(() => this.api.unassign(order.id, reason)) : undefined;
  }

  /** A move that needs no words. */
  move(order: Order, status: OrderStatus): Promise<Order | undefined> {
    return this.attempt(() => this.orders.move(order.id, { status }));
  }

  async moveWithReason(order: Order, status: OrderStatus, question: Question): Promise<Order | undefined> {
    const note = await this.ask(question);
    return note ? this.attempt(() => this.orders.move(order.id, { status, note })) : undefined;
  }

  private ask(question: Question): Promise<string | undefined> {
    return this.sheets.open<string, Question>(ReasonSheet, question);
  }

  private async attempt(work: () => Promise<Order>): Promise<Order | undefined> {
    try {
      return await work();
    } catch (error) {
      this.toasts.show(messageOf(error), 'warning');
      return undefined;
    }
  }
}
