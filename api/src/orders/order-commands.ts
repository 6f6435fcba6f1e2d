import { Injectable } from '@nestjs/common';
import type { MoveOrder, Order, PlaceOrder, Rating } from '@qc/contracts';
import { GuessThrottle } from '../auth/guess-throttle';
import type { Versioned } from '../platform/http/etag.interceptor';
import { Problem } from '../platform/http/problem';
import type { Command } from './command';
import { CommandLog } from './command-log';
import type { CommandRecord } from './command.schema';
import { OrderMovesService } from './order-moves.service';
import type { OrderRecord } from './order.schema';
import { OrdersService } from './orders.service';
import { PlacingService } from './placing.service';
import { RatingsService } from './ratings.service';
import { SettlementService } from './settlement.service';

/** The commands as a caller sends them: each change once a key, its money, and the answer as the caller may see it. */
@Injectable()
export class OrderCommands {
  constructor(
    private readonly orders: OrdersService,
    private readonly placing: PlacingService,
    private readonly moves: OrderMovesService,
    private readonly settlement: SettlementService,
    private readonly ratings: RatingsService,
    private readonly log: CommandLog,
    private readonly guesses: GuessThrottle,
  ) {}

  /** @param instruction `X-Test-Payment` @throws as `PlacingService.place`, and PAYMENT_FAILED */
  place(request: PlaceOrder, command: Command, instruction?: string): Promise<Versioned<Order>> {
    return this.placeOnce(command, () => Promise.resolve(request), instruction);
  }

  /** @throws as `OrderMovesService.move`; RATE_LIMITED after repeated wrong delivery codes */
  move(id: string, request: MoveOrder, command: Command): Promise<Versioned<Order>> {
    const refunded = (order: OrderRecord): OrderRecord | Promise<OrderRecord> =>
      this.settlement.awaitsRefund(order) ? this.settlement.settle(order) : order;
    return this.once(
      command,
      async () => refunded(await this.moveUnguessed(id, request, command)),
      async (record) => refunded(await this.log.orderOf(record)),
    );
  }

  rate(id: string, rating: Rating, command: Command): Promise<Versioned<Order>> {
    return this.once(command, () => this.ratings.rate(id, rating, command));
  }

  /** The same basket to the same door, at today's prices. */
  reorder(id: string, command: Command): Promise<Versioned<Order>> {
    return this.placeOnce(command, async () => {
      const { order } = await this.orders.find(command.actor, id);
      const items = order.items.map(({ productId, quantity }) => ({ productId: productId.toHexString(), quantity }));
      const { deliveryAddress, paymentMethod, note } = order;
      return { items, deliveryAddress, paymentMethod, ...(note && { note }) };
    });
  }

  /** Four digits are soon tried out: a courier's codes are slowed, order by order. */
  private async moveUnguessed(id: string, request: MoveOrder, command: Command): Promise<OrderRecord> {
    const move = (): Promise<OrderRecord> => this.moves.move(id, request, command);
    if (request.deliveryCode === undefined) return move();
    const moved = await this.guesses.attempt(`delivery-code:${id}:${command.actor.id}`, () =>
      move().catch(unlessWrong),
    );
    if (!moved) throw new Problem('DELIVERY_CODE_WRONG');
    return moved;
  }

  private placeOnce(
    command: Command,
    request: () => Promise<PlaceOrder>,
    instruction?: string,
  ): Promise<Versioned<Order>> {
    const effect = async (): Promise<OrderRecord> =>
      this.pay(await this.placing.place(await request(), command, instruction), command);
    return this.once(command, effect, async (record) => {
      const order = await this.log.orderOf(record);
      // the first request did not live to answer: what it left is brought to its end
      return record.open ? this.pay(order, command) : order;
    });
  }

  private async pay(order: OrderRecord, command: Command): Promise<OrderRecord> {
    if (order.paymentMethod === 'cash') return order;
    const paid = await this.settlement.settle(order);
    await this.log.close(command, paid);
    return paid;
  }

  private async once(
    command: Command,
    effect: () => Promise<OrderRecord>,
    again: (record: CommandRecord) => Promise<OrderRecord> = (record) => this.log.orderOf(record),
  ): Promise<Versioned<Order>> {
    return this.orders.answer(await this.log.once(command, effect, again), command.actor);
  }
}

function unlessWrong(error: unknown): null {
  if (error instanceof Problem && error.code === 'DELIVERY_CODE_WRONG') return null;
  throw error;
}
