import { Injectable } from '@nestjs/common';
import { Problem } from '../platform/http/problem';
import { UsersRepository } from '../users/users.repository';
import { SecuritySettingsService } from './security-settings/security-settings.service';

/** Whether an account may do what takes a confirmed e-mail address, where the settings ask for one. */
@Injectable()
export class ConfirmedAddresses {
  constructor(
    private readonly settings: SecuritySettingsService,
    private readonly users: UsersRepository,
  ) {}

  /** @throws EMAIL_NOT_VERIFIED */
  async assertConfirmed(userId: string): Promise<void> {
    const { emailVerification } = await this.settings.current();
    if (emailVerification && !(await this.users.isEmailConfirmed(userId))) throw new Problem('EMAIL_NOT_VERIFIED');
  }
}
