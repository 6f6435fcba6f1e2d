import { Injectable } from '@nestjs/common';
import { Problem } from '../../platform/http/problem';
import type { UserRecord } from '../../users/user.schema';
import type { Actor } from '../actor';
import { SecuritySettingsService } from '../security-settings/security-settings.service';
import { SecondFactorCodes } from './second-factor-codes';

/** What the second factor has to say at sign-in, once the password was right. */
@Injectable()
export class SecondFactorGate {
  constructor(
    private readonly codes: SecondFactorCodes,
    private readonly settings: SecuritySettingsService,
  ) {}

  /** @throws SECOND_FACTOR_REQUIRED without a code, SECOND_FACTOR_WRONG */
  async assertPassed(user: UserRecord, code: string | undefined): Promise<void> {
    if (!user.secondFactor) return;
    if (code === undefined) throw new Problem('SECOND_FACTOR_REQUIRED');
    await this.codes.take(user, code);
  }

  /** What the token of this account is to say. */
  async grantFor({ role, secondFactor }: UserRecord): Promise<Pick<Actor, 'restricted'>> {
    if (role !== 'admin' || secondFactor) return {};
    const { adminSecondFactor } = await this.settings.current();
    return adminSecondFactor ? { restricted: true } : {};
  }
}
