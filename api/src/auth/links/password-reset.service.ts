import { Injectable } from '@nestjs/common';
import type { ResetPassword } from '@qc/contracts';
import { AuditLog } from '../../audit/audit-log';
import type { UserRecord } from '../../users/user.schema';
import { UsersRepository } from '../../users/users.repository';
import { AccountMails } from '../mails/account-mails';
import { SignInThrottle } from '../sign-in-throttle';
import { NewPasswords } from './new-passwords';
import { OneTimeLinks } from './one-time-links';

/** The way back into an account for whoever reads its mail. A second factor stays. */
@Injectable()
export class PasswordResetService {
  constructor(
    private readonly users: UsersRepository,
    private readonly links: OneTimeLinks,
    private readonly newPasswords: NewPasswords,
    private readonly mails: AccountMails,
    private readonly throttle: SignInThrottle,
    private readonly audit: AuditLog,
  ) {}

  /** Returns before it is known whether there is such an account: the answer and its time are the same. */
  begin(email: string): void {
    this.mails.passwordReset(() => this.activeAccount(email));
  }

  /** Ends every session of the account, and the slowing of its sign-in. @throws LINK_INVALID, VALIDATION_FAILED for a known password */
  async finish({ token, password }: ResetPassword): Promise<void> {
    const userId = await this.links.assertGood(token, 'password-reset');
    const user = await this.newPasswords.set(userId, password, (session) =>
      this.links.take(token, 'password-reset', session),
    );
    await this.throttle.succeeded(user.email);
    await this.mails.passwordChanged(user);
  }

  private async activeAccount(email: string): Promise<UserRecord | null> {
    const user = await this.users.byEmail(email);
    if (!user?.active) return null;
    await this.audit.record({ action: 'password.reset-requested', target: { kind: 'user', id: user._id } });
    return user;
  }
}
