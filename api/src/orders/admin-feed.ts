import { Injectable } from '@nestjs/common';
import type { JoinedAdminRoom } from '@qc/contracts';
import { type EventFact, isOrderEvent } from '../outbox/event.schema';
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
    // before the numbered ones: what gets its number in between is found there
    const unnumbered: EventFact[] = after === undefined ? [] : await this.outbox.unsent(MOST_REPLAYED + 1);
    const last = await this.outbox.lastPosition();
    if (after === undefined) return { cursor: String(last), missed: [] };
    const numbered = await this.outbox.orderEventsAfter(Number(after), MOST_REPLAYED + 1);
    const found = new Set(numbered.map(({ _id }) => _id.toHexString()));
    const rest = unnumbered.filter(({ _id }) => !found.has(_id.toHexString())).filter((event) => isOrderEvent(event));
    const events = [...numbered, ...rest];
    if (Number(after) > last || events.length > MOST_REPLAYED) return { cursor: String(last), missed: [], reset: true };
    const orders = await this.orders.byIds(events.map(({ orderId }) => orderId));
    const cursor = String(Math.max(last, numbered.at(-1)?.pos ?? 0));
    return { cursor, missed: await this.views.feed(orders, events) };
  }
}
