import { Injectable } from '@nestjs/common';
import type { ClientSession, Types } from 'mongoose';
import { AuditLog } from '../../audit/audit-log';
import { Clock } from '../../platform/clock';
import { Problem } from '../../platform/http/problem';
import { Transactions } from '../../platform/mongo/transactions';
import type { UserRecord } from '../../users/user.schema';
import { UsersRepository } from '../../users/users.repository';
import { Passwords } from '../passwords';
import { SessionsService } from '../sessions.service';

/** Gives an account a new password by a link: the link, the password and the end of all sessions are one change. */
@Injectable()
export class NewPasswords {
  constructor(
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly sessions: SessionsService,
    private readonly transactions: Transactions,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /**
   * @param takeLink uses the link up
   * @throws LINK_INVALID also for an account that was deactivated, VALIDATION_FAILED for a known password
   */
  async set(
    id: Types.ObjectId,
    password: string,
    takeLink: (session: ClientSession) => Promise<unknown>,
  ): Promise<UserRecord> {
    const user = await this.users.byId(id.toHexString());
    if (!user?.active) throw new Problem('LINK_INVALID');
    await this.passwords.assertAcceptable(password, { path: 'password', email: user.email });
    const passwordHash = await this.passwords.hash(password);
    const ended = await this.transactions.run(async (session) => {
      await takeLink(session);
      if (!(await this.users.resetPassword(id, passwordHash, session))) throw new Problem('LINK_INVALID');
      // whoever follows the link reads the mail of this address
      await this.users.confirmEmail(id, this.clock.now(), session);
      const fact = { action: 'password.reset', by: { id, role: user.role }, target: { kind: 'user', id } } as const;
      await this.audit.record(fact, session);
      return this.sessions.endAllWithin(id.toHexString(), session);
    });
    this.sessions.announceEnd(ended);
    // a sign-in of the same instant, by whoever knows only the old password
    await this.sessions.endAllOf(id.toHexString());
    return user;
  }
}
