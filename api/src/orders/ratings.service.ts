import { Injectable } from '@nestjs/common';
import type { Rating } from '@qc/contracts';
import type { ClientSession } from 'mongoose';
import { Problem } from '../platform/http/problem';
import { PartnersRepository } from '../users/partners.repository';
import type { Command } from './command';
import { CommandLog } from './command-log';
import { assertVersion, OrderMovesService } from './order-moves.service';
import { sightOf } from './order.policy';
import type { OrderRecord } from './order.schema';
import { OrdersRepository } from './orders.repository';

@Injectable()
export class RatingsService {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly moves: OrderMovesService,
    private readonly partners: PartnersRepository,
    private readonly log: CommandLog,
  ) {}

  /** Once an order, after its delivery; the same again is no error. @throws ORDER_NOT_FOUND, INVALID_TRANSITION */
  rate(orderId: string, rating: Rating, command: Command): Promise<OrderRecord> {
    return this.log.change(command, (session) => this.rateOrRepeat(orderId, rating, command, session));
  }

  private async rateOrRepeat(
    orderId: string,
    rating: Rating,
    { actor, ifMatch }: Command,
    session: ClientSession,
  ): Promise<OrderRecord> {
    const order = await this.orders.byId(orderId, session);
    if (!order || !sightOf(order, actor)) throw new Problem('ORDER_NOT_FOUND');
    if (order.rating && order.rating.score === rating.score && order.rating.comment === rating.comment) return order;
    assertVersion(order, ifMatch);
    if (order.rating) throw new Problem('INVALID_TRANSITION', 'the order has its rating');
    if (order.status !== 'delivered')
      throw new Problem('INVALID_TRANSITION', `an order that is ${order.status} cannot be rated yet`);
    if (order.partnerId) await this.partners.addRating(order.partnerId, rating.score, session);
    return this.moves.amend(order, 'rated', { rating }, session);
  }
}
