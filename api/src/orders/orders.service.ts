import { Injectable } from '@nestjs/common';
import type { CancellationTerms, Order, OrderEvent, OrderStatus, Page, TrackedOrder } from '@qc/contracts';
import type { Actor } from '../auth/actor';
import { StoresRepository } from '../catalog/stores.repository';
import type { OrderEventRecord } from '../outbox/event.schema';
import { OutboxRepository } from '../outbox/outbox.repository';
import { Versioned } from '../platform/http/etag.interceptor';
import { Problem } from '../platform/http/problem';
import { PartnersRepository } from '../users/partners.repository';
import { type Done, REPLAYED } from './command-log';
import { cancellationTerms } from './domain/cancellation';
import { type Sight, sightOf } from './order.policy';
import type { OrderRecord } from './order.schema';
import { OrdersRepository } from './orders.repository';
import { OrderViews } from './order-views';

export interface ListOrders {
  status?: OrderStatus[];
  from?: Date;
  to?: Date;
  limit: number;
  cursor?: string;
}

/** Lock, arrival and place change without a new version: a browser that keeps the answer would be told 304 and show old ones. */
const LIVE = { 'Cache-Control': 'no-store' };

/** Most events that one answer replays; a reader who missed more takes the order as it is. */
const MOST_REPLAYED = 500;

/** Reading orders: every reader through the same policy and views. */
@Injectable()
export class OrdersService {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly outbox: OutboxRepository,
    private readonly partners: PartnersRepository,
    private readonly stores: StoresRepository,
    private readonly views: OrderViews,
  ) {}

  /** The reader's own orders, newest first; an admin's are all. */
  async list(actor: Actor, { from, to, ...filter }: ListOrders): Promise<Page<Order>> {
    const own =
      actor.role === 'customer' ? { customerId: actor.id } : actor.role === 'partner' ? { partnerId: actor.id } : {};
    const page = await this.orders.page({ ...filter, ...own, from, to });
    return { items: await this.views.many(page.items, actor), nextCursor: page.nextCursor };
  }

  /** What waits for a partner, oldest first. A partner who is offline sees none. */
  async unassigned(actor: Actor, limit: number, cursor?: string): Promise<Page<Order>> {
    const viewer = { ...actor, available: await this.isAvailable(actor) };
    const page = await this.orders.unassigned(limit, cursor);
    return { items: await this.views.many(page.items, viewer), nextCursor: page.nextCursor };
  }

  /** @throws ORDER_NOT_FOUND also for somebody else's: its existence is not revealed. */
  async read(actor: Actor, orderId: string): Promise<Versioned<Order>> {
    const { order, sight } = await this.find(actor, orderId);
    return this.versioned(order, sight, actor.id);
  }

  /** The record and how much of it this reader sees. @throws ORDER_NOT_FOUND */
  async find(actor: Actor, orderId: string): Promise<{ order: OrderRecord; sight: Sight }> {
    const order = await this.orders.byId(orderId);
    const sight =
      order && sightOf(order, { ...actor, available: order.status === 'ready' && (await this.isAvailable(actor)) });
    if (!order || !sight) throw new Problem('ORDER_NOT_FOUND');
    return { order, sight };
  }

  /** What a change answers to the one who made it: a party to the order, even one who has just given it back. */
  async answer({ result: order, replayed }: Done<OrderRecord>, { id, role }: Actor): Promise<Versioned<Order>> {
    const gaveBack = role === 'partner' && order.partnerId?.toHexString() !== id;
    const answer = await this.versioned(order, gaveBack ? 'browser' : role, id);
    return replayed ? answer.withHeaders(REPLAYED) : answer;
  }

  /** `nextCursor` is the next `after`. @throws ORDER_NOT_FOUND */
  async events(actor: Actor, orderId: string, after: number, limit: number): Promise<Page<OrderEvent>> {
    // the events first: the order is then at least as new, and has the history of each of them
    const found = await this.outbox.ofOrder(orderId, after, limit + 1);
    const { order, sight } = await this.find(actor, orderId);
    const items = await this.views.events(order, found.slice(0, limit), sight, actor.id);
    return { items, nextCursor: found.length > limit ? String(items.at(-1)!.seq) : null };
  }

  /** For one who joins the order's room: the order, and what came after `after`. `reset`: that is too long ago to replay. */
  async catchUp(
    actor: Actor,
    orderId: string,
    after?: number,
  ): Promise<{ order: Order; missed: OrderEvent[]; reset?: boolean }> {
    const events = await this.replayable(orderId, after);
    const { order, sight } = await this.find(actor, orderId);
    const view = await this.views.one(order, sight, actor.id);
    return events
      ? { order: view, missed: await this.views.events(order, events, sight, actor.id) }
      : { order: view, missed: [], reset: true };
  }

  /** The same for the holder of a public link, who has been let in for this order. */
  async catchUpTracked(
    orderId: string,
    after?: number,
  ): Promise<{ order: TrackedOrder; missed: OrderEvent<TrackedOrder>[]; reset?: boolean }> {
    const events = await this.replayable(orderId, after);
    const order = await this.orders.byId(orderId);
    if (!order) throw new Problem('ORDER_NOT_FOUND');
    const view = await this.views.tracked(order);
    return events
      ? { order: view, missed: await this.views.trackedEvents(order, events) }
      : { order: view, missed: [], reset: true };
  }

  /** @throws ORDER_NOT_FOUND for a token that opens nothing */
  async tracked(token: string): Promise<TrackedOrder> {
    return this.views.tracked(await this.findTracked(token));
  }

  async findTracked(token: string): Promise<OrderRecord> {
    const order = await this.orders.byTrackingToken(token);
    if (!order) throw new Problem('ORDER_NOT_FOUND');
    return order;
  }

  /** Whether the reader may cancel now, what it costs and why. @throws ORDER_NOT_FOUND */
  async cancellation(actor: Actor, orderId: string): Promise<CancellationTerms> {
    const { order } = await this.find(actor, orderId);
    const store = await this.stores.byId(order.storeId);
    return cancellationTerms(order, actor.role, store?.settings ?? {});
  }

  /**
   * What came after `after`, without a gap; null: too much, or no longer kept. To be read before the order: that is then at
   * least as new, and what comes later comes by the room.
   */
  private async replayable(orderId: string, after?: number): Promise<OrderEventRecord[] | null> {
    if (after === undefined) return [];
    const events = await this.outbox.ofOrder(orderId, after, MOST_REPLAYED + 1);
    const complete = events.length <= MOST_REPLAYED && (events.length === 0 || events[0]!.seq === after + 1);
    return complete ? events : null;
  }

  private async versioned(order: OrderRecord, sight: Sight, readerId: string): Promise<Versioned<Order>> {
    return new Versioned(await this.views.one(order, sight, readerId), order.version, LIVE);
  }

  private async isAvailable(actor: Actor): Promise<boolean> {
    return actor.role === 'partner' && (await this.partners.byId(actor.id))?.available === true;
  }
}
