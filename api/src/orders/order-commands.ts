import { Injectable } from '@nestjs/common';
import type { MoveOrder, Order, PlaceOrder, Rating } from '@qc/contracts';
import type { Actor } from '../auth/actor';
import type { Versioned } from '../platform/http/etag.interceptor';
import { OrderMovesService } from './order-moves.service';
import type { OrderRecord } from './order.schema';
import { OrdersService } from './orders.service';
import { PlacingService } from './placing.service';
import { RatingsService } from './ratings.service';
import { SettlementService } from './settlement.service';

export interface PlacingOptions {
  /** `Idempotency-Key`. */
  key?: string;
  /** `X-Test-Payment`. */
  payment?: string;
}

/** The commands as a caller sends them: each change, its money, and the answer as the caller may see it. */
@Injectable()
export class OrderCommands {
  constructor(
    private readonly orders: OrdersService,
    private readonly placing: PlacingService,
    private readonly moves: OrderMovesService,
    private readonly settlement: SettlementService,
    private readonly ratings: RatingsService,
  ) {}

  async place(request: PlaceOrder, customer: Actor, { key, payment }: PlacingOptions = {}): Promise<Versioned<Order>> {
    const { order, replayed } = await this.placing.place(request, customer, key);
    const settled = replayed ? this.settlement.repeat(order) : await this.settlement.capture(order, payment);
    return (await this.answer(settled, customer)).withHeaders(replayed ? { 'Idempotent-Replayed': 'true' } : {});
  }

  async move(id: string, request: MoveOrder, actor: Actor, ifMatch?: number): Promise<Versioned<Order>> {
    const moved = await this.moves.move(id, request, actor, ifMatch);
    return this.answer(await this.settlement.refund(moved), actor);
  }

  async rate(id: string, rating: Rating, customer: Actor): Promise<Versioned<Order>> {
    return this.answer(await this.ratings.rate(id, rating, customer), customer);
  }

  /** The same basket to the same door, at today's prices. */
  async reorder(id: string, customer: Actor, key?: string): Promise<Versioned<Order>> {
    const { order } = await this.orders.find(customer, id);
    const items = order.items.map(({ productId, quantity }) => ({ productId: productId.toHexString(), quantity }));
    const { deliveryAddress, paymentMethod, note } = order;
    return this.place({ items, deliveryAddress, paymentMethod, ...(note && { note }) }, customer, { key });
  }

  /** Who has just changed an order is a party to it, even one who has just given it back. */
  private answer(order: OrderRecord, actor: Actor): Promise<Versioned<Order>> {
    const gaveBack = actor.role === 'partner' && order.partnerId?.toHexString() !== actor.id;
    return this.orders.answer(order, gaveBack ? 'browser' : actor.role, actor);
  }
}
