import { Injectable } from '@nestjs/common';
import type { MinorUnits } from '@qc/contracts';
import type { ClientSession } from 'mongoose';
import { cashTaken, charge, earning, payment, type Posting, refund, reversal } from '../ledger/domain/postings';
import { LedgerRepository } from '../ledger/ledger.repository';
import { StoresRepository } from '../catalog/stores.repository';
import type { PaymentRecord } from '../payments/payment.schema';
import { PaymentsRepository } from '../payments/payments.repository';
import { Clock } from '../platform/clock';
import { cancellationTerms } from './domain/cancellation';
import type { HistoryRecord, OrderRecord } from './order.schema';

/** Milliseconds that the request which asks the provider has, before the patrol asks too. */
const OWN_TRY = 15_000;

/** The money of each change of an order, in the transaction of that change: the books, and what the provider is to do. */
@Injectable()
export class OrderAccounts {
  constructor(
    private readonly ledger: LedgerRepository,
    private readonly payments: PaymentsRepository,
    private readonly stores: StoresRepository,
    private readonly clock: Clock,
  ) {}

  /** @param instruction of each order that asks the test provider for something */
  async placed(orders: readonly { order: OrderRecord; instruction?: string }[], session: ClientSession): Promise<void> {
    await this.ledger.post(
      orders.map(({ order }) => this.entry(order, charge(order.customerId.toHexString(), order))),
      session,
    );
    const prepaid = orders.filter(({ order }) => order.paymentMethod !== 'cash');
    await this.payments.insert(
      prepaid.map(({ order, instruction }) => this.intent(order, instruction)),
      session,
    );
  }

  /** False: it is captured, refused or given back already. */
  async captured(order: OrderRecord, session: ClientSession): Promise<boolean> {
    if (!(await this.payments.advance(order._id, 'capturing', 'captured', {}, session))) return false;
    await this.post(order, payment(order.customerId.toHexString(), order.total), session);
    return true;
  }

  async refused(order: OrderRecord, session: ClientSession): Promise<boolean> {
    return this.payments.advance(order._id, 'capturing', 'refused', {}, session);
  }

  async delivered(order: OrderRecord, session: ClientSession): Promise<void> {
    const [customerId, partnerId] = [order.customerId.toHexString(), order.partnerId!.toHexString()];
    const postings = [earning(partnerId, order.tripPay, order.tip)];
    if (order.paymentMethod === 'cash') postings.push(cashTaken(customerId, partnerId, order.total));
    await this.ledger.post(
      postings.map((posting) => this.entry(order, posting)),
      session,
    );
  }

  /** Nothing is owed any more but the fee, and what was paid beyond it goes back. */
  async cancelled(order: OrderRecord, by: HistoryRecord['by']['role'], session: ClientSession): Promise<void> {
    const fee = by === 'customer' ? await this.feeFor(order, session) : 0;
    await this.post(order, reversal(order.customerId.toHexString(), order, fee), session);
    if (order.paymentStatus === 'paid' && order.total > fee) await this.giveBack(order, order.total - fee, session);
  }

  /** Of an order that was cancelled before its payment came in. */
  async giveBack(order: OrderRecord, amount: MinorUnits, session: ClientSession): Promise<void> {
    const dueAt = new Date(this.clock.now().getTime() + OWN_TRY);
    await this.payments.advance(order._id, 'captured', 'refunding', { refund: amount, dueAt }, session);
  }

  /** False: it is given back already. */
  async refunded(order: OrderRecord, amount: MinorUnits, session: ClientSession): Promise<boolean> {
    if (!(await this.payments.advance(order._id, 'refunding', 'refunded', {}, session))) return false;
    await this.post(order, refund(order.customerId.toHexString(), amount), session);
    return true;
  }

  private async feeFor(order: OrderRecord, session: ClientSession): Promise<MinorUnits> {
    const store = await this.stores.byId(order.storeId, session);
    return store ? cancellationTerms(order, 'customer', store.settings).cost : 0;
  }

  private post(order: OrderRecord, posting: Posting, session: ClientSession): Promise<void> {
    return this.ledger.post([this.entry(order, posting)], session);
  }

  private entry({ _id, currency }: OrderRecord, posting: Posting) {
    return { orderId: _id, currency, at: this.clock.now(), ...posting };
  }

  private intent({ _id, total, currency }: OrderRecord, instruction?: string): PaymentRecord {
    const startedAt = this.clock.now();
    return {
      _id,
      state: 'capturing',
      amount: total,
      currency,
      refund: 0,
      ...(instruction !== undefined && { instruction }),
      attempts: 0,
      startedAt,
      dueAt: new Date(startedAt.getTime() + OWN_TRY),
    };
  }
}
