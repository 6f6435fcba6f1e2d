import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Notification, OrderEvent } from '@qc/contracts';
import type { Types } from 'mongoose';
import { type EventFact, isOrderEvent, type OrderEventRecord } from '../outbox/event.schema';
import { OutboxRepository } from '../outbox/outbox.repository';
import { type Reach, Relay } from '../outbox/relay';
import type { LiveServer } from './live-socket';
import { orderAt } from './order.events';
import type { OrderRecord } from './order.schema';
import { eventOf, OrderViews } from './order-views';
import { OrdersRepository } from './orders.repository';
import { rooms } from './rooms';

/** Every process's sockets, or this one's. */
type Audience = Pick<LiveServer, 'to' | 'in'>;

/** The gateway's voice: one emit per kind of reader, because each may see other fields. Speaks only of what the relay brings. */
@Injectable()
export class OrderBroadcast implements OnModuleInit {
  private server?: LiveServer;

  constructor(
    private readonly relay: Relay,
    private readonly outbox: OutboxRepository,
    private readonly orders: OrdersRepository,
    private readonly views: OrderViews,
  ) {}

  onModuleInit(): void {
    this.outbox.announced.subscribe((events) => this.views.prepare(events.flatMap(subjectOf)));
    this.relay.listen((event, reach) => {
      const server = this.within(reach);
      if (!server) return Promise.resolve();
      return isOrderEvent(event) ? this.publish(server, event) : this.publishLock(server, event);
    });
  }

  attach(server: LiveServer): void {
    this.server = server;
  }

  notify(userId: string | Types.ObjectId, notification: Notification, reach: Reach): void {
    this.within(reach)?.to(rooms.user(userId)).emit('notification', notification);
  }

  /** A partner's sockets come into the room of the available, or leave it. */
  setAvailable(partnerId: string, available: boolean): void {
    const sockets = this.server?.in(rooms.user(partnerId));
    if (available) sockets?.socketsJoin(rooms.partners);
    else sockets?.socketsLeave(rooms.partners);
  }

  private within(reach: Reach): Audience | undefined {
    return reach === 'here' ? this.server?.local : this.server;
  }

  private publishLock(server: Audience, event: EventFact): Promise<void> {
    const orderId = event.orderId.toHexString();
    const room = server.to([rooms.partners, rooms.admins]);
    if (event.type === 'locked') room.emit('orderLocked', { orderId, expiresAt: event.expiresAt!.toISOString() });
    else room.emit('orderLockReleased', { orderId });
    return Promise.resolve();
  }

  private async publish(server: Audience, event: OrderEventRecord): Promise<void> {
    const order = subjectOf(event)[0] ?? (await this.orders.byId(event.orderId));
    if (!order) return;
    const then = orderAt(order, event.seq, event.at, event.state);
    await this.tellParties(server, event, then, order);
    this.closeRoom(server, event, order);
    this.tellPartners(server, event, then);
  }

  private async tellParties(
    server: Audience,
    event: OrderEventRecord,
    order: OrderRecord,
    now: OrderRecord,
  ): Promise<void> {
    const view = await this.views.drawn(order, now);
    const drawn = (sight: 'customer' | 'partner' | 'browser' | 'admin', readerId?: string): OrderEvent =>
      eventOf(event, view.for(sight, readerId));
    const { _id, customerId, partnerId } = order;
    const previous =
      event.previousPartnerId && !partnerId?.equals(event.previousPartnerId) ? event.previousPartnerId : null;
    const partnerRooms = [partnerId, previous].flatMap((id) => (id ? rooms.user(id) : []));

    server.to([rooms.order(_id, 'customer'), rooms.user(customerId)]).emit('orderUpdated', drawn('customer'));
    server.to([rooms.order(_id, 'admin'), rooms.admins]).emit('orderUpdated', drawn('admin'));
    if (partnerId) server.to(rooms.user(partnerId)).emit('orderUpdated', drawn('partner', partnerId.toHexString()));
    if (previous) server.to(rooms.user(previous)).emit('orderUpdated', drawn('browser'));
    server.to(rooms.order(_id, 'partner')).except(partnerRooms).emit('orderUpdated', drawn('browser'));
    server.to(rooms.order(_id, 'public')).emit('orderUpdated', eventOf(event, view.tracked()));
  }

  /**
   * Whoever only browsed, or has just lost it, hears no more of it. By the order as it is now: an old event that is
   * published late must not put out those who came since.
   */
  private closeRoom(server: Audience, { previousPartnerId }: OrderEventRecord, now: OrderRecord): void {
    const room = rooms.order(now._id, 'partner');
    const { partnerId, status } = now;
    if (previousPartnerId && !partnerId?.equals(previousPartnerId))
      server.in(rooms.user(previousPartnerId)).socketsLeave(room);
    if (status === 'ready') return;
    const others = server.in(room);
    (partnerId ? others.except(rooms.user(partnerId)) : others).socketsLeave(room);
  }

  /** Cards of available partners: drawn when an order becomes ready, removed when it no longer is. */
  private tellPartners(server: Audience, { type }: OrderEventRecord, order: OrderRecord): void {
    const room = server.to([rooms.partners, rooms.admins]);
    const orderId = order._id.toHexString();
    if (order.status === 'ready' && (type === 'ready' || type === 'released')) {
      room.emit('newOrderAvailable', {
        orderId,
        number: order.number,
        storeId: order.storeId.toHexString(),
        itemCount: order.items.reduce((count, { quantity }) => count + quantity, 0),
        currency: order.currency,
        tripPay: order.tripPay,
        ...(order.distanceMeters !== undefined && { distanceMeters: order.distanceMeters }),
        placedAt: order.placedAt.toISOString(),
      });
    } else if (type === 'assigned') room.emit('orderAssigned', { orderId });
    else if (type === 'cancelled') room.emit('orderWithdrawn', { orderId });
  }
}

/** The order as the change left it, when this process made the change. */
function subjectOf({ subject }: EventFact): OrderRecord[] {
  return subject ? [subject as OrderRecord] : [];
}
