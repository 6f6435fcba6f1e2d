import { Injectable } from '@nestjs/common';
import type { ChangePassword, UpdateProfile, User } from '@qc/contracts';
import { AuditLog } from '../audit/audit-log';
import { Problem } from '../platform/http/problem';
import { UsersRepository } from '../users/users.repository';
import { AccountsService } from './accounts.service';
import type { Actor } from './actor';
import { AccountMails } from './mails/account-mails';
import { PasswordCheck } from './password-check';
import { Passwords } from './passwords';
import { SessionsService } from './sessions.service';

/** What an owner does with the own account. */
@Injectable()
export class OwnAccountService {
  constructor(
    private readonly users: UsersRepository,
    private readonly accounts: AccountsService,
    private readonly check: PasswordCheck,
    private readonly passwords: Passwords,
    private readonly sessions: SessionsService,
    private readonly mails: AccountMails,
    private readonly audit: AuditLog,
  ) {}

  async me({ id }: Actor): Promise<User> {
    const user = await this.users.byId(id);
    if (!user) throw new Problem('UNAUTHENTICATED');
    return this.accounts.view(user);
  }

  async updateProfile({ id, role }: Actor, { vehicle, ...profile }: UpdateProfile): Promise<User> {
    const user = await this.users.updateProfile(id, profile, role === 'partner' ? vehicle : undefined);
    if (!user) throw new Problem('UNAUTHENTICATED');
    return this.accounts.view(user);
  }

  /**
   * Ends every other session.
   * @throws INVALID_CREDENTIALS when the current password is wrong; VALIDATION_FAILED when the new one is one that is guessed first
   */
  async changePassword(actor: Actor, { currentPassword, newPassword }: ChangePassword): Promise<User> {
    const { id, role, sessionId } = actor;
    const user = await this.check.ofOwner(actor, currentPassword);
    await this.passwords.assertAcceptable(newPassword, { path: 'newPassword', email: user.email });
    const passwordHash = await this.passwords.hash(newPassword);
    if (!(await this.users.replacePasswordHash(id, user.passwordHash, passwordHash))) {
      throw new Problem('INVALID_CREDENTIALS', 'the password was changed meanwhile');
    }
    // after the change: nobody who knows only the old one can have begun a session since
    await this.sessions.endAllOf(id, sessionId);
    await this.audit.record({ action: 'password.changed', by: { id, role }, target: { kind: 'user', id } });
    await this.mails.passwordChanged(user);
    return this.accounts.view(user);
  }
}
