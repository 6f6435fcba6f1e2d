import { Injectable } from '@nestjs/common';
import type { JoinedAdminRoom } from '@qc/contracts';
import { OutboxRepository } from '../outbox/outbox.repository';
import { OrderViews } from './order-views';
import { OrdersRepository } from './orders.repository';

/** Most events that one join replays; an admin who missed more reads the board anew. */
const MOST_REPLAYED = 500;

/** Every order's events in commit order, for admins who come back. */
@Injectable()
export class AdminFeed {
  constructor(
    private readonly outbox: OutboxRepository,
    private readonly orders: OrdersRepository,
    private readonly views: OrderViews,
  ) {}

  /** What was published after `after`; `reset`: too much, or a cursor that is not of this database. */
  async catchUp(after?: string): Promise<JoinedAdminRoom> {
    const last = await this.outbox.lastPosition();
    if (after === undefined) return { cursor: String(last), missed: [] };
    const events = await this.outbox.afterPosition(Number(after), MOST_REPLAYED + 1);
    if (Number(after) > last || events.length > MOST_REPLAYED) return { cursor: String(last), missed: [], reset: true };
    const orders = await this.orders.byIds(events.map(({ orderId }) => orderId));
    return { cursor: String(Math.max(last, events.at(-1)?.pos ?? 0)), missed: await this.views.feed(orders, events) };
  }
}
