import { Injectable } from '@nestjs/common';
import { isActive, type Order, type OrderEvent, type TrackedOrder } from '@qc/contracts';
import type { Types } from 'mongoose';
import { StoresRepository } from '../catalog/stores.repository';
import type { OrderEventRecord } from '../outbox/event.schema';
import { Clock } from '../platform/clock';
import type { PartnerRecord } from '../users/partner.schema';
import { PartnersRepository } from '../users/partners.repository';
import { UsersRepository } from '../users/users.repository';
import { orderAt } from './order.events';
import { type Sight, sightOf, type Viewer } from './order.policy';
import type { OrderRecord } from './order.schema';
import { type OrderFacts, orderView, trackedView } from './order.view';
import { OrdersRepository } from './orders.repository';

type FactsOf = (order: OrderRecord) => OrderFacts;

export interface DrawnOrder {
  for(sight: Sight, readerId?: string): Order;
  tracked(): TrackedOrder;
}

/** Turns records into what one reader may see, for REST and socket alike: three look-ups however many orders. */
@Injectable()
export class OrderViews {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly stores: StoresRepository,
    private readonly users: UsersRepository,
    private readonly partners: PartnersRepository,
    private readonly clock: Clock,
  ) {}

  /** Orders that the viewer may not see at all are left out. */
  async many(orders: OrderRecord[], viewer: Viewer): Promise<Order[]> {
    const facts = await this.factsFor(orders);
    return orders.flatMap((order) => {
      const sight = sightOf(order, viewer);
      return sight ? [orderView(order, facts(order), sight, viewer.id)] : [];
    });
  }

  async one(order: OrderRecord, sight: Sight, readerId: string): Promise<Order> {
    const facts = await this.factsFor([order]);
    return orderView(order, facts(order), sight, readerId);
  }

  async tracked(order: OrderRecord): Promise<TrackedOrder> {
    const facts = await this.factsFor([order]);
    return trackedView(order, facts(order));
  }

  /** Past events of one order for one reader, each with the order as it then stood. */
  async events(order: OrderRecord, events: OrderEventRecord[], sight: Sight, readerId: string): Promise<OrderEvent[]> {
    const states = events.map((event) => stateAt(order, event));
    const facts = await this.factsFor(states);
    return states.map((state, index) => eventOf(events[index]!, orderView(state, facts(state), sight, readerId)));
  }

  /** Events of many orders as an admin sees them. */
  async feed(orders: OrderRecord[], events: OrderEventRecord[]): Promise<OrderEvent[]> {
    const orderOf = byId(orders);
    const states = events.flatMap((event) => {
      const order = orderOf.get(event.orderId.toHexString());
      return order ? [{ event, order: stateAt(order, event) }] : [];
    });
    const facts = await this.factsFor(states.map(({ order }) => order));
    return states.map(({ event, order }) => eventOf(event, orderView(order, facts(order), 'admin')));
  }

  async trackedEvents(order: OrderRecord, events: OrderEventRecord[]): Promise<OrderEvent<TrackedOrder>[]> {
    const states = events.map((event) => stateAt(order, event));
    const facts = await this.factsFor(states);
    return states.map((state, index) => eventOf(events[index]!, trackedView(state, facts(state))));
  }

  /** One order for all its readers, after one look-up. */
  async drawn(order: OrderRecord): Promise<DrawnOrder> {
    const facts = (await this.factsFor([order]))(order);
    return {
      for: (sight, readerId) => orderView(order, facts, sight, readerId),
      tracked: () => trackedView(order, facts),
    };
  }

  /** Which of them are driven to. Who carries one order alone drives to that one. */
  private async drivenBy(partners: PartnerRecord[]): Promise<Map<string, Types.ObjectId | undefined>> {
    const several = partners.filter(({ activeDeliveries }) => activeDeliveries > 1);
    const driven = several.map(async ({ _id }) => [_id.toHexString(), (await this.orders.drivenBy(_id))?._id] as const);
    return new Map(await Promise.all(driven));
  }

  private async factsFor(orders: OrderRecord[]): Promise<FactsOf> {
    const partnerIds = unique(orders.flatMap(({ partnerId }) => partnerId ?? []));
    const personIds = unique([...orders.map(({ customerId }) => customerId), ...partnerIds]);
    const [stores, people, partners] = await Promise.all([
      this.stores.byIds(unique(orders.map(({ storeId }) => storeId))),
      this.users.people(personIds),
      this.partners.byIds(partnerIds),
    ]);
    const driven = await this.drivenBy(partners);
    const isDriven = ({ _id, partnerId, status, today }: OrderRecord): boolean => {
      const id = partnerId?.toHexString();
      if (id === undefined || !isActive((today ?? { status }).status)) return false;
      return driven.has(id) ? driven.get(id)?.equals(_id) === true : true;
    };
    const [storeOf, personOf, partnerOf] = [byId(stores), byId(people), byId(partners)];
    const now = this.clock.now();
    return (order) => ({
      store: storeOf.get(order.storeId.toHexString())!,
      customer: personOf.get(order.customerId.toHexString()),
      partner: order.partnerId ? personOf.get(order.partnerId.toHexString()) : undefined,
      partnerState: order.partnerId ? partnerOf.get(order.partnerId.toHexString()) : undefined,
      driven: isDriven(order),
      now,
    });
  }
}

function stateAt(order: OrderRecord, event: OrderEventRecord): OrderRecord {
  return orderAt(order, event.seq, event.at, event.state);
}

export function eventOf<O>(event: OrderEventRecord, order: O): OrderEvent<O> {
  return {
    eventId: event._id.toHexString(),
    orderId: event.orderId.toHexString(),
    seq: event.seq,
    type: event.type,
    at: event.at.toISOString(),
    order,
  };
}

function unique(ids: Types.ObjectId[]): Types.ObjectId[] {
  return [...new Map(ids.map((id) => [id.toHexString(), id])).values()];
}

function byId<T extends { _id: Types.ObjectId }>(records: T[]): Map<string, T> {
  return new Map(records.map((record) => [record._id.toHexString(), record]));
}
