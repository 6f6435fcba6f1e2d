import { Injectable } from '@nestjs/common';
import { AuditLog } from '../../audit/audit-log';
import { Clock } from '../../platform/clock';
import { Problem } from '../../platform/http/problem';
import type { UserRecord } from '../../users/user.schema';
import { SignInThrottle } from '../sign-in-throttle';
import { hashOfRecoveryCode } from './recovery-codes';
import { SecondFactorsRepository } from './second-factors.repository';
import { isTotpCode, timeStepOf } from './totp';

/** Takes codes, each once. */
@Injectable()
export class SecondFactorCodes {
  constructor(
    private readonly factors: SecondFactorsRepository,
    private readonly throttle: SignInThrottle,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** A wrong one counts as a failed sign-in. @throws SECOND_FACTOR_WRONG also for one that was good before */
  async take(user: UserRecord, code: string): Promise<void> {
    const good = isTotpCode(code) ? await this.takeTotp(user, code) : await this.takeRecovery(user, code);
    if (good) return;
    await this.throttle.failed(user.email);
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
