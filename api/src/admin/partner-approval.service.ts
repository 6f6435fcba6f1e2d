import { Injectable } from '@nestjs/common';
import type { User } from '@qc/contracts';
import { AuditLog } from '../audit/audit-log';
import type { Actor } from '../auth/actor';
import { AccountMails } from '../auth/mails/account-mails';
import { AvailabilityService } from '../delivery/availability.service';
import { Problem } from '../platform/http/problem';
import { Transactions } from '../platform/mongo/transactions';
import { PartnersRepository } from '../users/partners.repository';
import { userView } from '../users/user.view';
import { UsersRepository } from '../users/users.repository';

/** Which partners an admin lets deliver. The approval stands for itself: it also holds when nobody asks for it any more. */
@Injectable()
export class PartnerApprovalService {
  constructor(
    private readonly users: UsersRepository,
    private readonly partners: PartnersRepository,
    private readonly availability: AvailabilityService,
    private readonly mails: AccountMails,
    private readonly audit: AuditLog,
    private readonly transactions: Transactions,
  ) {}

  /** Without it a partner is off work at once; orders under way stay. @throws PARTNER_NOT_FOUND */
  async set(id: string, approved: boolean, admin: Actor): Promise<User> {
    const changed = await this.transactions.run(async (session) => {
      const before = await this.partners.setApproval(id, approved, session);
      if (!before) throw new Problem('PARTNER_NOT_FOUND');
      if ((before.awaitsApproval !== true) === approved) return false;
      const action = approved ? 'partner.approved' : 'partner.approval-withdrawn';
      await this.audit.record({ action, by: admin, target: { kind: 'user', id } }, session);
      return true;
    });
    if (!approved) await this.availability.set(id, false);
    const user = await this.users.byId(id);
    if (!user) throw new Problem('PARTNER_NOT_FOUND');
    if (changed && approved) this.mails.partnerApproved(user);
    return userView(user, await this.partners.byId(id));
  }
}
