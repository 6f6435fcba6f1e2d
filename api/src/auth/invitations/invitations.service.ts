import { Injectable } from '@nestjs/common';
import type { Invitation, InvitationPage } from '@qc/contracts';
import { Types } from 'mongoose';
import { AuditLog } from '../../audit/audit-log';
import { Clock } from '../../platform/clock';
import { Problem } from '../../platform/http/problem';
import { decodeCursor, type PageQuery, toPage } from '../../platform/mongo/cursor';
import { Transactions } from '../../platform/mongo/transactions';
import { UsersRepository } from '../../users/users.repository';
import type { Actor } from '../actor';
import { newOneTimeToken } from '../links/one-time-token';
import { AccountMails } from '../mails/account-mails';
import type { InvitationRecord } from './invitation.schema';
import { InvitationsRepository } from './invitations.repository';

/** Milliseconds: seven days. */
const GOOD_FOR = 7 * 24 * 3_600_000;

/** Admins ask others to become admins: nobody becomes one by registering. */
@Injectable()
export class InvitationsService {
  constructor(
    private readonly invitations: InvitationsRepository,
    private readonly users: UsersRepository,
    private readonly mails: AccountMails,
    private readonly transactions: Transactions,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** Asked again, the same invitation goes out with a new link. @throws EMAIL_TAKEN */
  async invite(email: string, admin: Actor): Promise<Invitation> {
    if (await this.users.byEmail(email)) throw new Problem('EMAIL_TAKEN');
    const { token, hash } = newOneTimeToken();
    const createdAt = this.clock.now();
    const expiresAt = new Date(createdAt.getTime() + GOOD_FOR);
    const fresh = { email, hash, invitedBy: new Types.ObjectId(admin.id), createdAt, expiresAt };
    const invitation = await this.transactions.run(async (session) => {
      const made = await this.invitations.replace(fresh, session);
      await this.audit.record({ action: 'invitation.created', by: admin, target: targetOf(made._id) }, session);
      return made;
    });
    this.mails.invitation(email, token);
    return viewOf(invitation);
  }

  async list({ limit, cursor }: PageQuery): Promise<InvitationPage> {
    const before = cursor ? decodeCursor(cursor).id : undefined;
    const found = await this.invitations.open(this.clock.now(), limit + 1, before);
    const page = toPage(found, limit, (last) => ({ value: 0, id: last._id }));
    return { items: page.items.map(viewOf), nextCursor: page.nextCursor };
  }

  /** @throws INVITATION_NOT_FOUND */
  async takeBack(id: string, admin: Actor): Promise<void> {
    await this.transactions.run(async (session) => {
      const removed = await this.invitations.remove(id, this.clock.now(), session);
      if (!removed) throw new Problem('INVITATION_NOT_FOUND');
      await this.audit.record({ action: 'invitation.taken-back', by: admin, target: targetOf(id) }, session);
    });
  }
}

function targetOf(id: Types.ObjectId | string): { kind: 'invitation'; id: Types.ObjectId | string } {
  return { kind: 'invitation', id };
}

function viewOf({ _id, email, invitedBy, createdAt, expiresAt }: InvitationRecord): Invitation {
  return {
    id: _id.toHexString(),
    email,
    invitedBy: invitedBy.toHexString(),
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  };
}
