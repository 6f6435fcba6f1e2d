import { Injectable } from '@nestjs/common';
import type { Order } from '@qc/contracts';
import type { Actor } from '../auth/actor';
import { type MoveRequest, OrderMovesService } from '../orders/order-moves.service';
import { OrdersService } from '../orders/orders.service';
import type { Versioned } from '../platform/http/etag.interceptor';
import { AssignmentsService } from './assignments.service';

const givingBack = (note?: string): MoveRequest => ({ status: 'ready', note, from: 'assigned' });

/** A partner's and an admin's commands on assignment, with the answer as the one who asked may see it. */
@Injectable()
export class DeliveryCommands {
  constructor(
    private readonly assignments: AssignmentsService,
    private readonly moves: OrderMovesService,
    private readonly orders: OrdersService,
  ) {}

  async accept(orderId: string, partner: Actor, ifMatch?: number): Promise<Versioned<Order>> {
    return this.orders.answer(await this.assignments.accept(orderId, partner, ifMatch), 'partner', partner);
  }

  /** Gives an order back before it was picked up. @throws REASON_REQUIRED, INVALID_TRANSITION, ORDER_NOT_FOUND */
  async release(
    orderId: string,
    reason: string | undefined,
    partner: Actor,
    ifMatch?: number,
  ): Promise<Versioned<Order>> {
    const released = await this.moves.move(orderId, givingBack(reason), partner, ifMatch);
    return this.orders.answer(released, 'browser', partner);
  }

  async assign(orderId: string, partnerId: string, admin: Actor, ifMatch?: number): Promise<Versioned<Order>> {
    return this.orders.answer(await this.assignments.assign(orderId, partnerId, admin, ifMatch), 'admin', admin);
  }

  async unassign(
    orderId: string,
    reason: string | undefined,
    admin: Actor,
    ifMatch?: number,
  ): Promise<Versioned<Order>> {
    const freed = await this.moves.move(orderId, givingBack(reason), admin, ifMatch);
    return this.orders.answer(freed, 'admin', admin);
  }
}
