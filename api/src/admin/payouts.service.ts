import { Injectable } from '@nestjs/common';
import type { OrderLedger, PartnerBalance, PartnerBalances } from '@qc/contracts';
import type { ClientSession } from 'mongoose';
import { AuditLog } from '../audit/audit-log';
import type { Actor } from '../auth/actor';
import { payout } from '../ledger/domain/postings';
import { LedgerRepository } from '../ledger/ledger.repository';
import { OrdersRepository } from '../orders/orders.repository';
import { Clock } from '../platform/clock';
import { Problem } from '../platform/http/problem';
import { Transactions } from '../platform/mongo/transactions';
import { PartnersRepository } from '../users/partners.repository';

/** What partners earned against the cash that they hold, and the settling of the two. */
@Injectable()
export class PayoutsService {
  constructor(
    private readonly ledger: LedgerRepository,
    private readonly orders: OrdersRepository,
    private readonly partners: PartnersRepository,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
  ) {}

  /** @throws PARTNER_NOT_FOUND */
  async balances(partnerId: string): Promise<PartnerBalances> {
    if (!(await this.partners.byId(partnerId))) throw new Problem('PARTNER_NOT_FOUND');
    return { partnerId, balances: await this.standing(partnerId) };
  }

  /** Books all that is open as settled and answers it; asked again there is nothing left. @throws PARTNER_NOT_FOUND */
  payOut(partnerId: string, admin: Actor): Promise<PartnerBalances> {
    return this.transactions.run(async (session) => {
      const at = this.clock.now();
      // written before the balance is read: of two at once the second one finds it paid
      if (!(await this.partners.setPaidOut(partnerId, at, session))) throw new Problem('PARTNER_NOT_FOUND');
      const balances = await this.standing(partnerId, session);
      const entries = balances.map(({ currency, earned, cash }) => ({
        currency,
        at,
        ...payout(partnerId, earned, cash),
      }));
      await this.ledger.post(entries, session);
      const fact = { action: 'partner.paid-out', by: admin, target: { kind: 'user', id: partnerId } } as const;
      if (entries.length) await this.audit.record({ ...fact, after: { balances } }, session);
      return { partnerId, balances };
    });
  }

  /** Everything that was booked for an order, oldest first. @throws ORDER_NOT_FOUND */
  async ofOrder(orderId: string): Promise<OrderLedger> {
    const [order, entries] = await Promise.all([this.orders.byId(orderId), this.ledger.ofOrder(orderId)]);
    if (!order) throw new Problem('ORDER_NOT_FOUND');
    return {
      entries: entries.map(({ kind, at, currency, lines }) => ({ kind, at: at.toISOString(), currency, lines })),
    };
  }

  /** Only currencies in which something is open. */
  private async standing(partnerId: string, session?: ClientSession): Promise<PartnerBalance[]> {
    const owed = await this.ledger.balance(`partner:${partnerId}`, session);
    const held = await this.ledger.balance(`cash:${partnerId}`, session);
    return [...new Set([...owed.keys(), ...held.keys()])].toSorted().flatMap((currency) => {
      const earned = 0 - (owed.get(currency) ?? 0);
      const cash = held.get(currency) ?? 0;
      return earned || cash ? [{ currency, earned, cash, due: earned - cash }] : [];
    });
  }
}
