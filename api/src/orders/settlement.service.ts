import { Injectable } from '@nestjs/common';
import type { ClientSession } from 'mongoose';
import { StoresRepository } from '../catalog/stores.repository';
import { type Charge, PaymentProvider } from '../payments/payment-provider';
import { Problem } from '../platform/http/problem';
import { Transactions } from '../platform/mongo/transactions';
import { automaticSteps } from './domain/transitions';
import { OrderMovesService } from './order-moves.service';
import type { OrderRecord } from './order.schema';

/** Money of card and wallet orders: captured before the store begins, given back when the order is cancelled. */
@Injectable()
export class SettlementService {
  constructor(
    private readonly provider: PaymentProvider,
    private readonly stores: StoresRepository,
    private readonly moves: OrderMovesService,
    private readonly transactions: Transactions,
  ) {}

  /** Captures what was placed and lets the store begin. A refusal cancels the order. @throws PAYMENT_FAILED */
  async capture(order: OrderRecord, instruction?: string): Promise<OrderRecord> {
    if (order.paymentMethod === 'cash') return order;
    const result = await this.provider.capture(chargeOf(order), instruction);
    if (result === 'pending') return order;
    // whoever cancelled while the provider was still thinking gets the money back
    if (result === 'captured') return this.refund(await this.transactions.run((session) => this.begin(order, session)));
    await this.transactions.run((session) => this.refuse(order, session));
    throw paymentFailed(order);
  }

  /** What the first answer to the same request was. @throws PAYMENT_FAILED */
  repeat(order: OrderRecord): OrderRecord {
    if (order.paymentStatus === 'failed') throw paymentFailed(order);
    return order;
  }

  /** Gives the money of a cancelled order back, once. */
  async refund(order: OrderRecord): Promise<OrderRecord> {
    if (order.status !== 'cancelled' || order.paymentStatus !== 'paid') return order;
    await this.provider.refund(chargeOf(order));
    return this.transactions.run((session) => this.moves.recordPayment(order, 'refunded', session));
  }

  private async begin(order: OrderRecord, session: ClientSession): Promise<OrderRecord> {
    let current = await this.moves.recordPayment(order, 'paid', session);
    const store = await this.stores.byId(order.storeId, session);
    const steps = store ? automaticSteps(current.status, store.settings) : [];
    for (const to of steps) current = await this.moves.apply(current, to, { role: 'system' }, undefined, session);
    return current;
  }

  private async refuse(order: OrderRecord, session: ClientSession): Promise<void> {
    const refused = await this.moves.recordPayment(order, 'failed', session);
    if (refused.status === 'cancelled') return; // meanwhile, by a person: its stock is back already
    await this.moves.apply(refused, 'cancelled', { role: 'system' }, 'the payment was refused', session);
  }
}

function paymentFailed(order: OrderRecord): Problem {
  return new Problem('PAYMENT_FAILED', 'the order was not placed', { orderId: order._id.toHexString() });
}

function chargeOf(order: OrderRecord): Charge {
  return { orderId: order._id.toHexString(), amount: order.total, currency: order.currency };
}
