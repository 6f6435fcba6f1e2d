import { Injectable } from '@nestjs/common';
import type { AcceptInvitation } from '@qc/contracts';
import { AuditLog } from '../../audit/audit-log';
import { Clock } from '../../platform/clock';
import { Problem } from '../../platform/http/problem';
import { AccountsService } from '../accounts.service';
import { AuthService, type SignedIn } from '../auth.service';
import { hashOfToken } from '../links/one-time-token';
import type { Browser } from '../session-cookies';
import { InvitationsRepository } from './invitations.repository';

/** Makes an admin of whoever brings the link of an invitation. */
@Injectable()
export class InvitationAcceptance {
  constructor(
    private readonly invitations: InvitationsRepository,
    private readonly accounts: AccountsService,
    private readonly auth: AuthService,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** The address counts as confirmed: the link came by it. @throws LINK_INVALID, EMAIL_TAKEN by an account made since */
  async accept({ token, password, profile }: AcceptInvitation, browser: Browser): Promise<SignedIn> {
    const hash = hashOfToken(token);
    const now = this.clock.now();
    const invited = await this.invitations.find(hash, now);
    if (!invited) throw new Problem('LINK_INVALID');
    const account = { email: invited.email, password, profile, role: 'admin', emailVerifiedAt: now } as const;
    const user = await this.accounts.create(account, async ({ _id: id }, session) => {
      const taken = await this.invitations.take(hash, now, session);
      if (!taken) throw new Problem('LINK_INVALID');
      const target = { kind: 'invitation', id: taken._id } as const;
      const by = { id, role: 'admin' } as const;
      await this.audit.record({ action: 'invitation.accepted', by, target }, session);
    });
    return this.auth.signIn(user, browser);
  }
}
