import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { type ClientSession, Types } from 'mongoose';
import type { Subscription } from 'rxjs';
import { StoresRepository } from '../catalog/stores.repository';
import type { PaymentRecord } from '../payments/payment.schema';
import { type CaptureResult, type Charge, PaymentProvider, type ProviderNotice } from '../payments/payment-provider';
import { PaymentsRepository } from '../payments/payments.repository';
import { Clock } from '../platform/clock';
import { Problem } from '../platform/http/problem';
import { Transactions } from '../platform/mongo/transactions';
import { automaticSteps } from './domain/transitions';
import { OrderAccounts } from './order-accounts.service';
import { OrderMovesService } from './order-moves.service';
import type { OrderRecord } from './order.schema';
import { OrdersRepository } from './orders.repository';

/** Milliseconds that a request waits for the provider. */
const PATIENCE = 10_000;
/** Milliseconds after which an order that is not paid yet is given up. */
const GIVEN_UP_AFTER = 15 * 60_000;
/** Milliseconds between two tries of one payment: doubling, an hour at most. */
const RETRY = { first: 2000, most: 3_600_000 };
const AT_ONCE = 20;

/**
 * Money of card and wallet orders: captured before the store begins, given back when the order is cancelled. What the
 * provider is to do is written with the change that calls for it, and asked for until it has answered: an order never
 * hangs between. Whatever the provider says late, twice or in another order takes effect once.
 */
@Injectable()
export class SettlementService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(SettlementService.name);
  /** One at a time an order: a second press does not ask the provider too. */
  private readonly running = new Map<string, Promise<void>>();
  private notices?: Subscription;

  constructor(
    private readonly provider: PaymentProvider,
    private readonly payments: PaymentsRepository,
    private readonly accounts: OrderAccounts,
    private readonly orders: OrdersRepository,
    private readonly stores: StoresRepository,
    private readonly moves: OrderMovesService,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.notices = this.provider.notices.subscribe((notice) => void this.hear(notice));
  }

  async onApplicationShutdown(): Promise<void> {
    this.notices?.unsubscribe();
    await Promise.all(this.running.values());
  }

  /** Takes the order's payment as far as the provider goes at once. @throws PAYMENT_FAILED for one that was refused */
  async settle(order: OrderRecord): Promise<OrderRecord> {
    if (order.paymentMethod === 'cash') return order;
    await this.carryOut(order._id);
    const settled = (await this.orders.byId(order._id))!;
    if (settled.paymentStatus !== 'failed') return settled;
    throw new Problem('PAYMENT_FAILED', 'the order was not placed', { orderId: order._id.toHexString() });
  }

  /** Whether the provider is still to do something for this order: give the money of a cancelled one back. */
  awaitsRefund({ status, paymentStatus }: OrderRecord): boolean {
    return status === 'cancelled' && paymentStatus === 'paid';
  }

  /** Carries out what is due, and gives up orders that nobody paid in time. */
  async sweep(): Promise<void> {
    const due = await this.payments.due(this.clock.now(), AT_ONCE);
    await Promise.all(due.map((payment) => this.tryAgain(payment)));
  }

  private async tryAgain(payment: PaymentRecord): Promise<void> {
    const now = this.clock.now().getTime();
    const wait = Math.min(RETRY.first * 2 ** payment.attempts, RETRY.most);
    await this.payments.postpone(payment, new Date(now + wait));
    await this.carryOut(payment._id);
    if (payment.state === 'capturing' && now - payment.startedAt.getTime() > GIVEN_UP_AFTER)
      await this.transactions.run((session) => this.giveUp(payment._id, session));
  }

  private carryOut(orderId: Types.ObjectId): Promise<void> {
    const id = orderId.toHexString();
    const running = this.running.get(id) ?? this.work(orderId).finally(() => this.running.delete(id));
    this.running.set(id, running);
    return running;
  }

  private async work(orderId: Types.ObjectId): Promise<void> {
    let payment = await this.payments.byId(orderId);
    if (payment?.state === 'capturing') {
      const result = await this.askToCapture(payment);
      if (result !== 'pending') await this.record(orderId, result);
      // whoever cancelled while the provider was still thinking gets the money back
      payment = await this.payments.byId(orderId);
    }
    if (payment?.state === 'refunding' && (await this.askToRefund(payment)))
      await this.transactions.run((session) => this.recordRefund(orderId, session));
  }

  private async hear({ orderId, result }: ProviderNotice): Promise<void> {
    try {
      const id = new Types.ObjectId(orderId);
      await this.record(id, result);
      await this.carryOut(id);
    } catch (error) {
      this.logger.warn(`a payment waits for the patrol: ${String(error)}`);
    }
  }

  private async askToCapture(payment: PaymentRecord): Promise<CaptureResult> {
    const asked = this.provider.capture(chargeOf(payment, payment.amount), payment.instruction);
    return Promise.race([asked, silence()]).catch((error: unknown) => {
      this.logger.warn(`the provider did not answer: ${String(error)}`);
      return 'pending' as const;
    });
  }

  private async askToRefund(payment: PaymentRecord): Promise<boolean> {
    const asked = this.provider.refund(chargeOf(payment, payment.refund)).then(() => 'captured' as const);
    const result = await Promise.race([asked, silence()]).catch((error: unknown) => {
      this.logger.warn(`the provider did not give back: ${String(error)}`);
      return 'pending' as const;
    });
    return result !== 'pending';
  }

  private record(orderId: Types.ObjectId, result: 'captured' | 'refused'): Promise<void> {
    return this.transactions.run(async (session) => {
      const order = await this.orders.byId(orderId, session);
      if (!order) return;
      if (result === 'captured') await this.recordCapture(order, session);
      else await this.recordRefusal(order, session);
    });
  }

  /** The store begins; of an order that was cancelled meanwhile everything goes back. */
  private async recordCapture(order: OrderRecord, session: ClientSession): Promise<void> {
    if (!(await this.accounts.captured(order, session))) return;
    let current = await this.moves.amend(order, 'payment', { paymentStatus: 'paid' }, session);
    if (current.status === 'cancelled') return this.accounts.giveBack(current, current.total, session);
    const store = await this.stores.byId(order.storeId, session);
    const steps = store ? automaticSteps(current.status, store.settings) : [];
    for (const to of steps) current = await this.moves.apply(current, { to, by: { role: 'system' } }, session);
  }

  private async recordRefusal(order: OrderRecord, session: ClientSession): Promise<void> {
    if (!(await this.accounts.refused(order, session))) return;
    const refused = await this.moves.amend(order, 'payment', { paymentStatus: 'failed' }, session);
    // cancelled by a person meanwhile: its stock is back already
    if (refused.status !== 'cancelled') await this.cancel(refused, 'the payment was refused', session);
  }

  private async recordRefund(orderId: Types.ObjectId, session: ClientSession): Promise<void> {
    const [order, payment] = [await this.orders.byId(orderId, session), await this.payments.byId(orderId, session)];
    if (!order || !payment || !(await this.accounts.refunded(order, payment.refund, session))) return;
    await this.moves.amend(order, 'payment', { paymentStatus: 'refunded' }, session);
  }

  /** The provider may still say yes later: then the money goes back. */
  private async giveUp(orderId: Types.ObjectId, session: ClientSession): Promise<void> {
    const order = await this.orders.byId(orderId, session);
    if (order?.status === 'pending' && order.paymentStatus === 'pending')
      await this.cancel(order, 'the payment did not come in', session);
  }

  private async cancel(order: OrderRecord, note: string, session: ClientSession): Promise<void> {
    await this.moves.apply(order, { to: 'cancelled', by: { role: 'system' }, note }, session);
  }
}

function chargeOf({ _id, currency }: PaymentRecord, amount: number): Charge {
  return { orderId: _id.toHexString(), amount, currency };
}

function silence(): Promise<'pending'> {
  return pause(PATIENCE, 'pending' as const, { ref: false });
}
