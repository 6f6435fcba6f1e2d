import { Injectable } from '@nestjs/common';
import type { Rating } from '@qc/contracts';
import type { Actor } from '../auth/actor';
import { Problem } from '../platform/http/problem';
import { Transactions } from '../platform/mongo/transactions';
import { PartnersRepository } from '../users/partners.repository';
import { OrderMovesService } from './order-moves.service';
import { sightOf } from './order.policy';
import type { OrderRecord } from './order.schema';
import { OrdersRepository } from './orders.repository';

@Injectable()
export class RatingsService {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly moves: OrderMovesService,
    private readonly partners: PartnersRepository,
    private readonly transactions: Transactions,
  ) {}

  /** Once an order, after its delivery; the same again is no error. @throws ORDER_NOT_FOUND, INVALID_TRANSITION */
  rate(orderId: string, rating: Rating, customer: Actor): Promise<OrderRecord> {
    return this.transactions.run(async (session) => {
      const order = await this.orders.byId(orderId, session);
      if (!order || !sightOf(order, customer)) throw new Problem('ORDER_NOT_FOUND');
      if (order.rating && order.rating.score === rating.score && order.rating.comment === rating.comment) return order;
      if (order.rating) throw new Problem('INVALID_TRANSITION', 'the order has its rating');
      if (order.status !== 'delivered')
        throw new Problem('INVALID_TRANSITION', `an order that is ${order.status} cannot be rated yet`);
      if (order.partnerId) await this.partners.addRating(order.partnerId, rating.score, session);
      return this.moves.amend(order, 'rated', { rating }, session);
    });
  }
}
