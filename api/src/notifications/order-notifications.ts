import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Notification, OrderEventType } from '@qc/contracts';
import type { Types } from 'mongoose';
import { OrderBroadcast } from '../orders/order-broadcast';
import type { OrderRecord } from '../orders/order.schema';
import { OrdersRepository } from '../orders/orders.repository';
import { type EventFact, isOrderEvent, type OrderEventRecord } from '../outbox/event.schema';
import { type Reach, Relay } from '../outbox/relay';

type Text = Pick<Notification, 'title' | 'body'>;

const FOR_CUSTOMER: Partial<Record<OrderEventType, Text>> = {
  assigned: { title: 'A courier has your order', body: 'On the way to the store now.' },
  picked_up: { title: 'Picked up', body: 'Your order has left the store.' },
  in_transit: { title: 'On the way', body: 'Your courier is coming to you.' },
  delivered: { title: 'Delivered', body: 'Enjoy! Tell us how it went.' },
  failed: { title: 'Delivery did not work out', body: 'The shop is looking into it.' },
  cancelled: { title: 'Order cancelled', body: 'Nothing more will happen with this order.' },
};

/** Tells people about what others did to their orders. One message per event and person: its id is the event's. */
@Injectable()
export class OrderNotifications implements OnModuleInit {
  constructor(
    private readonly relay: Relay,
    private readonly orders: OrdersRepository,
    private readonly broadcast: OrderBroadcast,
  ) {}

  onModuleInit(): void {
    this.relay.listen((event, reach) => (isOrderEvent(event) ? this.tell(event, reach) : Promise.resolve()));
  }

  private async tell(event: OrderEventRecord, reach: Reach): Promise<void> {
    const order = (event.subject as OrderRecord | undefined) ?? (await this.orders.byId(event.orderId));
    const actor = order?.history.find(({ seq }) => seq === event.seq)?.by;
    if (!order || !actor) return;
    // nobody is told of what they have just done themselves
    const tell = (
      id: Types.ObjectId | null | undefined,
      type: Notification['type'],
      text: Text | null | undefined,
    ): void => {
      if (id && text && !actor.id?.equals(id)) this.broadcast.notify(id, notificationOf(event, type, text), reach);
    };
    tell(order.customerId, 'order', FOR_CUSTOMER[event.type]);
    tell(event.state.partnerId ?? event.previousPartnerId, 'assignment', textForPartner(event, order));
  }
}

function notificationOf({ _id, orderId, at }: EventFact, type: Notification['type'], text: Text): Notification {
  return { id: _id.toHexString(), type, ...text, orderId: orderId.toHexString(), at: at.toISOString() };
}

function textForPartner({ type }: EventFact, { number }: OrderRecord): Text | null {
  if (type === 'assigned') return { title: 'An order for you', body: `${number} was given to you by the dispatcher.` };
  if (type === 'released') return { title: 'Order taken back', body: `${number} is no longer yours.` };
  if (type === 'cancelled') return { title: 'Order cancelled', body: `${number} was cancelled: no need to go.` };
  return null;
}
