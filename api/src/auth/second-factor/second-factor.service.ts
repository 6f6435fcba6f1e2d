import { Injectable } from '@nestjs/common';
import type { RecoveryCodes, RemoveSecondFactor, SecondFactorSetup } from '@qc/contracts';
import { Types } from 'mongoose';
import { Clock } from '../../platform/clock';
import { Problem } from '../../platform/http/problem';
import { Transactions } from '../../platform/mongo/transactions';
import type { Actor } from '../actor';
import { PasswordConfirmation } from '../password-confirmation';
import { newRecoveryCodes } from './recovery-codes';
import { SecondFactorChanges } from './second-factor-changes';
import { SecondFactorCodes } from './second-factor-codes';
import { SecondFactorsRepository } from './second-factors.repository';
import { newTotpSecret, timeStepOf, totpUri } from './totp';

/** An admin's authenticator app: set up, confirmed, taken away. */
@Injectable()
export class SecondFactorService {
  constructor(
    private readonly factors: SecondFactorsRepository,
    private readonly codes: SecondFactorCodes,
    private readonly changes: SecondFactorChanges,
    private readonly confirmation: PasswordConfirmation,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /** Asked for at no sign-in until it is confirmed. @throws INVALID_CREDENTIALS, SECOND_FACTOR_ACTIVE */
  async setUp(admin: Actor, password: string): Promise<SecondFactorSetup> {
    const user = await this.confirmation.assert(admin, password);
    const secret = newTotpSecret();
    if (!(await this.factors.propose(user._id, secret))) throw new Problem('SECOND_FACTOR_ACTIVE');
    return { secret, uri: totpUri(secret, user.email) };
  }

  /** Ends every other session: they came without it. @throws SECOND_FACTOR_WRONG, SECOND_FACTOR_ACTIVE */
  async confirm(admin: Actor, code: string): Promise<RecoveryCodes> {
    const id = new Types.ObjectId(admin.id);
    const { codes, hashes } = newRecoveryCodes();
    await this.transactions.run(async (session) => {
      const factor = await this.factors.find(id, session);
      if (factor?.confirmed) throw new Problem('SECOND_FACTOR_ACTIVE');
      const at = this.clock.now();
      const step = factor && timeStepOf(code, factor.secret, at);
      if (!step) throw new Problem('SECOND_FACTOR_WRONG');
      const confirmed = await this.factors.confirm(id, { step, recoveryCodes: hashes, at }, session);
      if (!confirmed) throw new Problem('SECOND_FACTOR_ACTIVE');
      await this.changes.turn(admin, true, session);
    });
    await this.changes.announce(admin, true);
    return { codes };
  }

  /** @throws INVALID_CREDENTIALS, SECOND_FACTOR_WRONG also where there is none */
  async remove(admin: Actor, { password, code }: RemoveSecondFactor): Promise<void> {
    const user = await this.confirmation.assert(admin, password);
    await this.codes.take(user, code);
    await this.transactions.run(async (session) => {
      await this.factors.remove(user._id, session);
      await this.changes.turn(admin, false, session);
    });
    await this.changes.announce(admin, false);
  }
}
