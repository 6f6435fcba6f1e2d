import { Injectable } from '@nestjs/common';
import type { ClientSession } from 'mongoose';
import { OrdersRepository } from '../orders/orders.repository';
import { OutboxRepository } from '../outbox/outbox.repository';
import { Problem } from '../platform/http/problem';

/** What orders and their events hold of the person who placed them. */
@Injectable()
export class OrderErasure {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly outbox: OutboxRepository,
  ) {}

  /** Goods, money and the times of each state stay. @throws ORDERS_OPEN when one of them still needs the person */
  async erase(customerId: string, session: ClientSession): Promise<void> {
    if (await this.orders.hasOpen(customerId, session)) throw new Problem('ORDERS_OPEN');
    await this.outbox.eraseTexts(await this.orders.erasePerson(customerId, session), session);
  }
}
