import { Injectable } from '@nestjs/common';
import type { Register } from '@qc/contracts';
import { AccountsService } from './accounts.service';
import { AccountMails } from './mails/account-mails';
import type { Browser } from './session-cookies';
import { type SignedIn, SignIns } from './sign-ins.service';

/** A visitor makes an account: signed in at once, the address to be confirmed. */
@Injectable()
export class RegistrationService {
  constructor(
    private readonly accounts: AccountsService,
    private readonly signIns: SignIns,
    private readonly mails: AccountMails,
  ) {}

  /** @throws EMAIL_TAKEN, VALIDATION_FAILED for a known password */
  async register(request: Register, browser: Browser): Promise<SignedIn> {
    const user = await this.accounts.create(request);
    await this.mails.verification(user);
    return this.signIns.begin(user, browser);
  }
}
