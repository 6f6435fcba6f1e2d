import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit-log';
import { Clock } from '../../platform/clock';
import { Problem } from '../../platform/http/problem';
import type { UserRecord } from '../../users/user.schema';
import { GuessThrottle } from '../guess-throttle';
import { hashOfRecoveryCode } from './recovery-codes';
import { SecondFactorsRepository } from './second-factors.repository';
import { isTotpCode, timeStepOf } from './totp';

/** Takes codes, each once. */
@Injectable()
export class SecondFactorCodes {
  constructor(
    private readonly factors: SecondFactorsRepository,
    private readonly throttle: GuessThrottle,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /**
   * Wrong ones are slowed as wrong passwords are. Only who knows the password can use these guesses up.
   * @throws SECOND_FACTOR_WRONG also for one that was good before, RATE_LIMITED
   */
  async take(user: UserRecord, code: string): Promise<void> {
    const takeOnce = (): Promise<boolean> =>
      isTotpCode(code) ? this.takeTotp(user, code) : this.takeRecovery(user, code);
    const pool = `second-factor:${user._id.toHexString()}`;
    if (await this.throttle.attempt(pool, async () => (await takeOnce()) || null)) return;
    await this.audit.record({ action: 'second-factor.failed', target: { kind: 'user', id: user._id } });
    throw new Problem('SECOND_FACTOR_WRONG');
  }

  private async takeTotp({ _id }: UserRecord, code: string): Promise<boolean> {
    const factor = await this.factors.find(_id);
    const step = factor?.confirmed ? timeStepOf(code, factor.secret, this.clock.now()) : null;
    return step !== null && this.factors.useStep(_id, step);
  }

  private async takeRecovery({ _id, role }: UserRecord, code: string): Promise<boolean> {
    const used = await this.factors.useRecoveryCode(_id, hashOfRecoveryCode(code));
    const target = { kind: 'user', id: _id } as const;
    if (used) await this.audit.record({ action: 'second-factor.recovery-code-used', by: { id: _id, role }, target });
    return used;
  }
}
