import { Inject, Injectable } from '@nestjs/common';
import { isActive, type Order, type OrderEvent, type TrackedOrder } from '@qc/contracts';
import type { Types } from 'mongoose';
import { StoresRepository } from '../catalog/stores.repository';
import type { OrderEventRecord } from '../outbox/event.schema';
import { Clock } from '../platform/clock';
import { Env } from '../platform/env';
import { PartnersRepository } from '../users/partners.repository';
import { UsersRepository } from '../users/users.repository';
import { drivenTo, type UnderWay } from './domain/driven';
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
  private readonly prepared = new WeakMap<OrderRecord, Promise<FactsOf>>();

  constructor(
    private readonly orders: OrdersRepository,
    private readonly stores: StoresRepository,
    private readonly users: UsersRepository,
    private readonly partners: PartnersRepository,
    private readonly clock: Clock,
    @Inject(Env) private readonly env: Env,
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

  /** Begins to look up what views of these very records will need: whoever draws one of them next waits less. */
  prepare(orders: OrderRecord[]): void {
    const fresh = orders.filter((order) => !this.prepared.has(order));
    if (!fresh.length) return;
    const facts = this.lookUp(fresh);
    facts.catch(() => undefined); // whoever draws looks up again
    for (const order of fresh) this.prepared.set(order, facts);
  }

  /** One order for all its readers, after one look-up. @param now the same order, as it may have been prepared */
  async drawn(order: OrderRecord, now = order): Promise<DrawnOrder> {
    const facts = (await this.factsFor([now]))(order);
    return {
      for: (sight, readerId) => orderView(order, facts, sight, readerId),
      tracked: () => trackedView(order, facts),
    };
  }

  private async factsFor(orders: OrderRecord[]): Promise<FactsOf> {
    const prepared = orders.length === 1 && this.prepared.get(orders[0]!);
    return (prepared && (await prepared.catch(() => null))) || this.lookUp(orders);
  }

  private async lookUp(orders: OrderRecord[]): Promise<FactsOf> {
    const partnerIds = unique(orders.flatMap(({ partnerId }) => partnerId ?? []));
    const personIds = unique([...orders.map(({ customerId }) => customerId), ...partnerIds]);
    const [stores, people, partners, underWay] = await Promise.all([
      this.stores.byIds(unique(orders.map(({ storeId }) => storeId))),
      this.users.people(personIds),
      this.partners.byIds(partnerIds),
      partnerIds.length && this.env.PARTNER_CAPACITY > 1 ? this.orders.underWayWith(partnerIds) : [],
    ]);
    const [storeOf, personOf, partnerOf] = [byId(stores), byId(people), byId(partners)];
    return (order) => ({
      store: storeOf.get(order.storeId.toHexString())!,
      customer: personOf.get(order.customerId.toHexString()),
      partner: order.partnerId ? personOf.get(order.partnerId.toHexString()) : undefined,
      partnerState: order.partnerId ? partnerOf.get(order.partnerId.toHexString()) : undefined,
      driven: isDriven(order, underWay),
      now: this.clock.now(),
    });
  }
}

/** Whether this order is driven to, among what its partner has under way; its own state counts as it is drawn. */
function isDriven(order: OrderRecord, underWay: readonly UnderWay[]): boolean {
  const { status } = order.today ?? order;
  if (!order.partnerId || !isActive(status)) return false;
  const others = underWay.filter(({ _id, partnerId }) => partnerId?.equals(order.partnerId) && !_id.equals(order._id));
  return drivenTo([...others, { ...order, status }])!._id.equals(order._id);
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
