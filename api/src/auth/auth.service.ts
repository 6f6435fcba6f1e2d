import { Injectable } from '@nestjs/common';
import type { Login } from '@qc/contracts';
import { PasswordCheck } from './password-check';
import { SecondFactorGate } from './second-factor/second-factor-gate';
import type { Browser } from './session-cookies';
import { SessionsService } from './sessions.service';
import { type SignedIn, SignIns } from './sign-ins.service';

/** Signing in and out. */
@Injectable()
export class AuthService {
  constructor(
    private readonly check: PasswordCheck,
    private readonly secondFactor: SecondFactorGate,
    private readonly signIns: SignIns,
    private readonly sessions: SessionsService,
  ) {}

  /**
   * The same words and time for an unknown e-mail.
   * @throws INVALID_CREDENTIALS, SECOND_FACTOR_REQUIRED, SECOND_FACTOR_WRONG, RATE_LIMITED after repeated failures.
   */
  async login({ email, password, code }: Login, browser: Browser): Promise<SignedIn> {
    const user = await this.check.ofAccount(email, password, browser.deviceToken);
    await this.secondFactor.assertPassed(user, code);
    return this.signIns.begin(user, browser);
  }

  /** @throws UNAUTHENTICATED */
  refresh(token: string | undefined): Promise<SignedIn> {
    return this.signIns.renew(token);
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
