import { Injectable } from '@nestjs/common';
import type { User } from '@qc/contracts';
import { AuditLog } from '../audit/audit-log';
import type { Actor } from '../auth/actor';
import { SessionsService } from '../auth/sessions.service';
import { AvailabilityService } from '../delivery/availability.service';
import { invalid, Problem } from '../platform/http/problem';
import { Transactions } from '../platform/mongo/transactions';
import { PartnersRepository } from '../users/partners.repository';
import { userView } from '../users/user.view';
import { UsersRepository } from '../users/users.repository';

/** Who may still sign in. */
@Injectable()
export class UserAccessService {
  constructor(
    private readonly users: UsersRepository,
    private readonly partners: PartnersRepository,
    private readonly sessions: SessionsService,
    private readonly availability: AvailabilityService,
    private readonly transactions: Transactions,
    private readonly audit: AuditLog,
  ) {}

  /** Deactivation ends the account's sessions at once and takes a partner off work; orders under way stay. @throws USER_NOT_FOUND */
  async setActive(id: string, active: boolean, admin: Actor): Promise<User> {
    if (id === admin.id && !active) throw invalid('active', 'cannot be taken from oneself');
    const { user, ended } = await this.transactions.run(async (session) => {
      const changed = await this.users.setActive(id, active, session);
      if (!changed) throw new Problem('USER_NOT_FOUND');
      const action = active ? 'user.activated' : 'user.deactivated';
      await this.audit.record({ action, by: admin, target: { kind: 'user', id } }, session);
      if (changed.role === 'partner') await this.partners.setActive(id, active, session);
      return { user: changed, ended: active ? [] : await this.sessions.endAllWithin(id, session) };
    });
    this.sessions.announceEnd(ended);
    // a sign-in that saw the account still active may have begun one that the transaction did not see
    if (!active) await this.sessions.endAllOf(id);
    if (!active && user.role === 'partner') await this.availability.set(id, false);
    return userView(user, user.role === 'partner' ? await this.partners.byId(id) : null);
  }
}
