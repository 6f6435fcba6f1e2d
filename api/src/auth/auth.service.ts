import { Injectable } from '@nestjs/common';
import type { Login, User } from '@qc/contracts';
import { AuditLog } from '../audit/audit-log';
import { Problem } from '../platform/http/problem';
import type { UserRecord } from '../users/user.schema';
import { UsersRepository } from '../users/users.repository';
import { AccountsService } from './accounts.service';
import { KnownDevices } from './known-devices';
import { PasswordCheck } from './password-check';
import { SecondFactorGate } from './second-factor/second-factor-gate';
import type { Browser, Kept } from './session-cookies';
import { type IssuedSession, SessionsService } from './sessions.service';

export type SignedIn = IssuedSession & Kept & { user: User };

/** Signing in and out. */
@Injectable()
export class AuthService {
  constructor(
    private readonly users: UsersRepository,
    private readonly accounts: AccountsService,
    private readonly check: PasswordCheck,
    private readonly sessions: SessionsService,
    private readonly devices: KnownDevices,
    private readonly audit: AuditLog,
    private readonly secondFactor: SecondFactorGate,
  ) {}

  /**
   * The same words and time for an unknown e-mail.
   * @throws INVALID_CREDENTIALS, SECOND_FACTOR_REQUIRED, SECOND_FACTOR_WRONG, RATE_LIMITED after repeated failures.
   */
  async login({ email, password, code }: Login, browser: Browser): Promise<SignedIn> {
    const user = await this.check.ofAccount(email, password, browser.deviceToken);
    await this.secondFactor.assertPassed(user, code);
    return this.signIn(user, browser);
  }

  /**
   * A session for whoever has just shown to be this account's owner; the one that the browser had ends.
   * @throws UNAUTHENTICATED when the account was deactivated, or its password changed, since that was shown
   */
  async signIn(user: UserRecord, { refreshToken: before, deviceToken }: Browser): Promise<SignedIn> {
    const id = user._id.toHexString();
    const issued = await this.sessions.start(user._id, user.role, await this.secondFactor.grantFor(user));
    // after the start: whoever changes the account first, ends all sessions that there are after that
    const now = await this.users.byId(id);
    if (!now?.active || now.passwordHash !== user.passwordHash) {
      await this.sessions.endByToken(issued.refreshToken);
      throw new Problem('UNAUTHENTICATED', 'the account has changed');
    }
    await this.sessions.endByToken(before);
    await this.audit.record({ action: 'sign-in.succeeded', by: { id, role: user.role }, target: { kind: 'user', id } });
    return { ...issued, deviceToken: this.devices.issue(user.email, deviceToken), user: await this.accounts.view(now) };
  }

  /** @throws UNAUTHENTICATED */
  async refresh(token: string | undefined): Promise<SignedIn> {
    const { userId, refreshToken, sessionId, expiresAt } = await this.sessions.rotate(token);
    const user = await this.users.byId(userId);
    if (!user?.active) throw new Problem('UNAUTHENTICATED');
    const actor = { id: userId, role: user.role, sessionId, ...(await this.secondFactor.grantFor(user)) };
    const accessToken = await this.sessions.accessToken(actor, expiresAt);
    return { ...accessToken, refreshToken, user: await this.accounts.view(user) };
  }

  /** Ends this device's session. Always succeeds. */
  logout(token: string | undefined): Promise<void> {
    return this.sessions.endByToken(token);
  }

  /** Ends every session of the account. @throws UNAUTHENTICATED */
  logoutAll(token: string | undefined): Promise<void> {
    return this.sessions.endAllByToken(token);
  }
}
