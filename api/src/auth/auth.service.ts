import { Injectable } from '@nestjs/common';
import type { ChangePassword, Login, Register, UpdateProfile, User } from '@qc/contracts';
import { Problem } from '../platform/http/problem';
import { PartnersRepository } from '../users/partners.repository';
import type { UserRecord } from '../users/user.schema';
import { userView } from '../users/user.view';
import { UsersRepository } from '../users/users.repository';
import { AccountsService } from './accounts.service';
import type { Actor } from './actor';
import { AccountMails } from './mails/account-mails';
import { Passwords } from './passwords';
import { SecondFactorGate } from './second-factor/second-factor-gate';
import { type IssuedSession, SessionsService } from './sessions.service';
import { SignInThrottle } from './sign-in-throttle';

export type SignedIn = IssuedSession & { user: User };

/** Signing in and out, and what an owner does with the own account. */
@Injectable()
export class AuthService {
  constructor(
    private readonly users: UsersRepository,
    private readonly partners: PartnersRepository,
    private readonly accounts: AccountsService,
    private readonly sessions: SessionsService,
    private readonly passwords: Passwords,
    private readonly throttle: SignInThrottle,
    private readonly mails: AccountMails,
    private readonly secondFactor: SecondFactorGate,
  ) {}

  /** @throws EMAIL_TAKEN */
  async register(request: Register): Promise<SignedIn> {
    const user = await this.accounts.create(request);
    await this.mails.verification(user);
    return this.signIn(user);
  }

  /**
   * The same words and time for an unknown e-mail.
   * @throws INVALID_CREDENTIALS, SECOND_FACTOR_REQUIRED, SECOND_FACTOR_WRONG, RATE_LIMITED after repeated failures.
   */
  async login({ email, password, code }: Login): Promise<SignedIn> {
    await this.throttle.assertOpen(email);
    const user = await this.users.byEmail(email);
    const matches = await this.passwords.matches(password, user?.passwordHash);
    if (!user?.active || !matches) {
      await this.throttle.failed(email);
      throw new Problem('INVALID_CREDENTIALS');
    }
    await this.secondFactor.assertPassed(user, code);
    await this.throttle.succeeded(email);
    return this.signIn(user);
  }

  /** @throws UNAUTHENTICATED */
  async refresh(token: string | undefined): Promise<SignedIn> {
    const { userId, refreshToken, sessionId, expiresAt } = await this.sessions.rotate(token);
    const user = await this.users.byId(userId);
    if (!user?.active) throw new Problem('UNAUTHENTICATED');
    const actor = { id: userId, role: user.role, sessionId, ...(await this.secondFactor.grantFor(user)) };
    const accessToken = await this.sessions.accessToken(actor, expiresAt);
    return { ...accessToken, refreshToken, user: await this.view(user) };
  }

  /** Ends this device's session. Always succeeds. */
  logout(token: string | undefined): Promise<void> {
    return this.sessions.endByToken(token);
  }

  /** Ends every session of the account. @throws UNAUTHENTICATED */
  logoutAll(token: string | undefined): Promise<void> {
    return this.sessions.endAllByToken(token);
  }

  async me(actor: Actor): Promise<User> {
    return this.view(await this.ownRecord(actor));
  }

  async updateProfile(actor: Actor, { vehicle, ...profile }: UpdateProfile): Promise<User> {
    const user = await this.users.updateProfile(actor.id, profile, actor.role === 'partner' ? vehicle : undefined);
    if (!user) throw new Problem('UNAUTHENTICATED');
    return this.view(user);
  }

  /** Ends every other session. @throws INVALID_CREDENTIALS when the current password is wrong. */
  async changePassword(actor: Actor, change: ChangePassword): Promise<User> {
    const user = await this.ownRecord(actor);
    await this.throttle.assertOpen(user.email);
    if (!(await this.passwords.matches(change.currentPassword, user.passwordHash))) {
      await this.throttle.failed(user.email);
      throw new Problem('INVALID_CREDENTIALS', 'the current password is wrong');
    }
    await this.passwords.assertAcceptable(change.newPassword, { path: 'newPassword', email: user.email });
    await this.users.setPassword(actor.id, await this.passwords.hash(change.newPassword));
    await this.sessions.endAllOf(actor.id, actor.sessionId);
    await this.mails.passwordChanged(user);
    return this.view(user);
  }

  private async ownRecord(actor: Actor): Promise<UserRecord> {
    const user = await this.users.byId(actor.id);
    if (!user) throw new Problem('UNAUTHENTICATED');
    return user;
  }

  /** A session for whoever has just shown to be this account's owner. */
  async signIn(user: UserRecord): Promise<SignedIn> {
    const issued = await this.sessions.start(user._id, user.role, await this.secondFactor.grantFor(user));
    return { ...issued, user: await this.view(user) };
  }

  private async view(user: UserRecord): Promise<User> {
    const partner = user.role === 'partner' ? await this.partners.byId(user._id.toHexString()) : null;
    return userView(user, partner);
  }
}
