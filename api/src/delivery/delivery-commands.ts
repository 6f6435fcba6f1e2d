import { Injectable } from '@nestjs/common';
import type { Order, OrderLock } from '@qc/contracts';
import type { Command } from '../orders/command';
import { CommandLog, REPLAYED } from '../orders/command-log';
import { type MoveRequest, OrderMovesService } from '../orders/order-moves.service';
import type { OrderRecord } from '../orders/order.schema';
import { OrdersService } from '../orders/orders.service';
import { Versioned } from '../platform/http/etag.interceptor';
import { AssignmentsService } from './assignments.service';
import { LocksService } from './locks.service';

const givingBack = (note?: string): MoveRequest => ({ status: 'ready', note, from: 'assigned' });

/** A partner's and an admin's commands on assignment: each once a key, with the answer as the one who asked may see it. */
@Injectable()
export class DeliveryCommands {
  constructor(
    private readonly assignments: AssignmentsService,
    private readonly locks: LocksService,
    private readonly moves: OrderMovesService,
    private readonly orders: OrdersService,
    private readonly log: CommandLog,
  ) {}

  /** @throws as `AssignmentsService.accept` */
  accept(orderId: string, command: Command): Promise<Versioned<Order>> {
    return this.once(command, () => this.assignments.accept(orderId, command));
  }

  /** Gives an order back before it was picked up. @throws REASON_REQUIRED, INVALID_TRANSITION, ORDER_NOT_FOUND */
  release(orderId: string, reason: string | undefined, command: Command): Promise<Versioned<Order>> {
    return this.once(command, () => this.moves.move(orderId, givingBack(reason), command));
  }

  /** @throws as `AssignmentsService.assign` */
  assign(orderId: string, partnerId: string, command: Command): Promise<Versioned<Order>> {
    return this.once(command, () => this.assignments.assign(orderId, partnerId, command));
  }

  /** @throws as `release` */
  unassign(orderId: string, reason: string | undefined, command: Command): Promise<Versioned<Order>> {
    return this.release(orderId, reason, command);
  }

  /** @throws as `LocksService.lock` */
  async lock(orderId: string, command: Command): Promise<Versioned<OrderLock>> {
    const { result, replayed } = await this.log.once(
      command,
      () => this.locks.lock(orderId, command),
      (record) => Promise.resolve(this.locks.answer(orderId, record.lockedUntil!)),
    );
    return new Versioned(result, undefined, replayed ? REPLAYED : {});
  }

  private async once(command: Command, effect: () => Promise<OrderRecord>): Promise<Versioned<Order>> {
    const done = await this.log.once(command, effect, (record) => this.log.orderOf(record));
    return this.orders.answer(done, command.actor);
  }
}
