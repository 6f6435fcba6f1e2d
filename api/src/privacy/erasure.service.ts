import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log';
import { AccountErasure, type ErasedAccount } from '../auth/account-erasure';
import type { Actor } from '../auth/actor';
import { PasswordCheck } from '../auth/password-check';
import { SessionsService } from '../auth/sessions.service';
import { Clock } from '../platform/clock';
import { Problem } from '../platform/http/problem';
import { Transactions } from '../platform/mongo/transactions';
import { UsersRepository } from '../users/users.repository';
import { OrderErasure } from './order-erasure';

/** Milliseconds after which no request that began before an erasure is still under way. */
const LONGEST_REQUEST = 5 * 60_000;
const AT_A_TIME = 100;

/** A customer goes: the orders stay for the books, and belong to nobody who is known. */
@Injectable()
export class ErasureService {
  constructor(
    private readonly check: PasswordCheck,
    private readonly account: AccountErasure,
    private readonly orders: OrderErasure,
    private readonly users: UsersRepository,
    private readonly sessions: SessionsService,
    private readonly transactions: Transactions,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /**
   * For good; asked again there is nothing left to do.
   * @param password of the one who asks @throws INVALID_CREDENTIALS, RATE_LIMITED, USER_NOT_FOUND, FORBIDDEN for other roles
   * than a customer, ORDERS_OPEN
   */
  async erase(id: string, by: Actor, password: string): Promise<void> {
    await this.check.ofOwner(by, password);
    const lock = await this.account.lock();
    const erased = await this.transactions.run(async (session): Promise<ErasedAccount | null> => {
      const account = await this.account.erase(id, lock, this.clock.now(), session);
      if (!account) return null;
      await this.orders.erase(id, session);
      await this.audit.record({ action: 'user.erased', by, target: { kind: 'user', id } }, session);
      return account;
    });
    if (erased) await this.account.tell(erased);
    else await this.assertGone(id);
  }

  /** An order or a session that was being made at the very moment of an erasure: once it is closed, it goes the same way. */
  async finish(): Promise<void> {
    const before = new Date(this.clock.now().getTime() - LONGEST_REQUEST);
    for (const { _id } of await this.users.erasuresToFinish(before, AT_A_TIME)) {
      const id = _id.toHexString();
      const ended = await this.transactions
        .run(async (session) => {
          await this.orders.erase(id, session);
          await this.users.finishErasure(_id, session);
          return this.sessions.endAllWithin(id, session);
        })
        .catch(unlessOpen);
      this.sessions.announceEnd(ended);
    }
  }

  /** @throws USER_NOT_FOUND, FORBIDDEN */
  private async assertGone(id: string): Promise<void> {
    const user = await this.users.byId(id);
    if (!user) throw new Problem('USER_NOT_FOUND');
    if (user.role !== 'customer') throw new Problem('FORBIDDEN', `the account of a ${user.role} is not erased`);
  }
}

/** The next round finds it closed. */
function unlessOpen(error: unknown): [] {
  if (error instanceof Problem && error.code === 'ORDERS_OPEN') return [];
  throw error;
}
