import { Injectable } from '@nestjs/common';
import type { Register } from '@qc/contracts';
import { AccountsService } from './accounts.service';
import { AuthService, type SignedIn } from './auth.service';
import { AccountMails } from './mails/account-mails';
import type { Browser } from './session-cookies';

/** A visitor makes an account: signed in at once, the address to be confirmed. */
@Injectable()
export class RegistrationService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly auth: AuthService,
    private readonly mails: AccountMails,
  ) {}

  /** @throws EMAIL_TAKEN, VALIDATION_FAILED for a known password */
  async register(request: Register, browser: Browser): Promise<SignedIn> {
    const user = await this.accounts.create(request);
    await this.mails.verification(user);
    return this.auth.signIn(user, browser);
  }
}
