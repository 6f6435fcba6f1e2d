import { Injectable } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log';
import { Problem } from '../platform/http/problem';
import type { UserRecord } from '../users/user.schema';
import { UsersRepository } from '../users/users.repository';
import type { Actor } from './actor';
import { KnownDevices } from './known-devices';
import { Passwords } from './passwords';
import { GuessThrottle } from './guess-throttle';

/** Whether somebody knows an account's password: slowed, the same for an account that there is not, and recorded. */
@Injectable()
export class PasswordCheck {
  constructor(
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly throttle: GuessThrottle,
    private readonly devices: KnownDevices,
    private readonly audit: AuditLog,
  ) {}

  /**
   * The account that this e-mail and password open. The guesses of a device that it was opened from before are counted apart.
   * @throws INVALID_CREDENTIALS in the same words and time for an unknown account; RATE_LIMITED; UNAVAILABLE
   */
  async ofAccount(email: string, password: string, deviceToken?: string): Promise<UserRecord> {
    const device = this.devices.nonceOf(email, deviceToken);
    const pool = device ? `device:${device}:${email}` : `account:${email}`;
    let user = null as UserRecord | null;
    const opened = await this.throttle.attempt(pool, async () => {
      user = await this.users.byEmail(email);
      return this.opened(user, password);
    });
    if (opened) return opened;
    await this.refuse('sign-in.failed', user);
    throw new Problem('INVALID_CREDENTIALS');
  }

  /**
   * The account of somebody who is signed in and shows the password once more. Only who holds its session can use up these guesses.
   * @throws INVALID_CREDENTIALS, RATE_LIMITED, UNAVAILABLE
   */
  async ofOwner({ id }: Actor, password: string): Promise<UserRecord> {
    const user = await this.users.byId(id);
    if (!user) throw new Problem('UNAUTHENTICATED');
    const opened = await this.throttle.attempt(`owner:${id}`, () => this.opened(user, password));
    if (opened) return opened;
    await this.refuse('password.wrong', user);
    throw new Problem('INVALID_CREDENTIALS', 'the current password is wrong');
  }

  /** For whoever has shown in another way to be the owner: what others guessed no longer slows. */
  async forgive({ _id, email }: Pick<UserRecord, '_id' | 'email'>): Promise<void> {
    await this.throttle.forget(`account:${email}`);
    await this.throttle.forget(`owner:${_id.toHexString()}`);
  }

  private async opened(user: UserRecord | null, password: string): Promise<UserRecord | null> {
    const matches = await this.passwords.matches(password, user?.passwordHash);
    if (!user?.active || !matches) return null;
    return this.passwords.isOutdated(user.passwordHash) ? this.renewed(user, password) : user;
  }

  /** Under the cost that is asked for now. null: the password was changed meanwhile. */
  private async renewed(user: UserRecord, password: string): Promise<UserRecord | null> {
    const id = user._id.toHexString();
    const passwordHash = await this.passwords.hash(password);
    if (await this.users.replacePasswordHash(id, user.passwordHash, passwordHash)) return { ...user, passwordHash };
    // another sign-in of this moment may have renewed it
    const now = await this.users.byId(id);
    return now?.active && (await this.passwords.matches(password, now.passwordHash)) ? now : null;
  }

  /** Also where there is no account, so that it takes as long. */
  private refuse(action: string, user: UserRecord | null): Promise<void> {
    return this.audit.record({ action, ...(user && { target: { kind: 'user', id: user._id } }) });
  }
}
