import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit-log';
import { Clock } from '../../platform/clock';
import { Problem } from '../../platform/http/problem';
import { Transactions } from '../../platform/mongo/transactions';
import { UsersRepository } from '../../users/users.repository';
import type { Actor } from '../actor';
import { AccountMails } from '../mails/account-mails';
import { LINKS_IN_A_WHILE } from './one-time-links.repository';
import { OneTimeLinks } from './one-time-links';

/** Shows that an account's e-mail address is read by its owner. */
@Injectable()
export class EmailVerificationService {
  constructor(
    private readonly users: UsersRepository,
    private readonly links: OneTimeLinks,
    private readonly mails: AccountMails,
    private readonly transactions: Transactions,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** Sends the link again; nothing where the address is confirmed already. @throws RATE_LIMITED */
  async sendAgain({ id }: Actor): Promise<void> {
    const user = await this.users.byId(id);
    if (!user) throw new Problem('UNAUTHENTICATED');
    if (user.emailVerifiedAt || (await this.mails.verification(user))) return;
    throw new Problem('RATE_LIMITED', 'the link was sent a few times already', {
      retryAfter: LINKS_IN_A_WHILE.while / 1000,
    });
  }

  /** @throws LINK_INVALID */
  async verify(token: string): Promise<void> {
    await this.transactions.run(async (session) => {
      const id = await this.links.take(token, 'email-verification', session);
      const first = await this.users.confirmEmail(id, this.clock.now(), session);
      if (first)
        await this.audit.record({ action: 'email.verified', by: { id }, target: { kind: 'user', id } }, session);
    });
  }
}
