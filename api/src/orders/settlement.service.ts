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
    if (result === 'captured') return this.transactions.run((session) => this.begin(order, session));
    await this.transactions.run((session) => this.refuse(order, session));
    throw new Problem('PAYMENT_FAILED', 'the order was not placed', { orderId: order._id.toHexString() });
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
    await this.moves.apply(refused, 'cancelled', { role: 'system' }, 'the payment was refused', session);
  }
}

function chargeOf(order: OrderRecord): Charge {
  return { orderId: order._id.toHexString(), amount: order.total, currency: order.currency };
}
