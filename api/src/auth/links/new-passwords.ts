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

  /** @param takeLink uses the link up and says whose it is @throws LINK_INVALID also for an account that was deactivated */
  async set(password: string, takeLink: (session: ClientSession) => Promise<Types.ObjectId>): Promise<UserRecord> {
    const passwordHash = await this.passwords.hash(password);
    const { user, ended } = await this.transactions.run(async (session) => {
      const id = await takeLink(session);
      const changed = await this.users.resetPassword(id, passwordHash, session);
      if (!changed) throw new Problem('LINK_INVALID');
      // whoever follows the link reads the mail of this address
      await this.users.confirmEmail(id, this.clock.now(), session);
      const userId = id.toHexString();
      await this.audit.record(
        { action: 'password.reset', by: { id, role: changed.role }, target: { kind: 'user', id } },
        session,
      );
      return { user: changed, ended: await this.sessions.endAllWithin(userId, session) };
    });
    this.sessions.announceEnd(ended);
    return user;
  }
}
