import { Injectable } from '@nestjs/common';
import type { Profile, Role, Vehicle } from '@qc/contracts';
import { type ClientSession, Types } from 'mongoose';
import { Clock } from '../platform/clock';
import { Problem } from '../platform/http/problem';
import { isDuplicateKey } from '../platform/mongo/duplicate-key';
import { Transactions } from '../platform/mongo/transactions';
import { PartnersRepository } from '../users/partners.repository';
import type { UserRecord } from '../users/user.schema';
import { UsersRepository } from '../users/users.repository';
import { Passwords } from './passwords';
import { SecuritySettingsService } from './security-settings/security-settings.service';

export interface NewAccount {
  /** Normalised. */
  email: string;
  password: string;
  role: Role;
  profile: Profile;
  vehicle?: Vehicle;
  /** Of an address that is known to be the owner's. */
  emailVerifiedAt?: Date;
}

/** Makes accounts, whoever asks for one: a visitor, the environment, the demo. */
@Injectable()
export class AccountsService {
  constructor(
    private readonly users: UsersRepository,
    private readonly partners: PartnersRepository,
    private readonly passwords: Passwords,
    private readonly transactions: Transactions,
    private readonly settings: SecuritySettingsService,
    private readonly clock: Clock,
  ) {}

  /**
   * A partner comes with the state of one who is offline, and waits for an admin's approval if the settings say so.
   * @param within what stands or falls with the account
   * @throws EMAIL_TAKEN, VALIDATION_FAILED for a known password, whatever `within` refuses with
   */
  async create(
    { email, password, role, profile, vehicle, emailVerifiedAt }: NewAccount,
    within?: (user: UserRecord, session: ClientSession) => Promise<void>,
  ): Promise<UserRecord> {
    await this.passwords.assertAcceptable(password, { path: 'password', email });
    const user: UserRecord = {
      _id: new Types.ObjectId(),
      email,
      passwordHash: await this.passwords.hash(password),
      role,
      profile,
      active: true,
      ...(role === 'partner' && { vehicle: vehicle ?? { type: 'bike' } }),
      ...(emailVerifiedAt && { emailVerifiedAt }),
      createdAt: this.clock.now(),
    };
    const { partnerVerification } = await this.settings.current();
    try {
      await this.transactions.run(async (session) => {
        await within?.(user, session);
        await this.users.insert(user, session);
        if (role === 'partner') await this.partners.insert(user._id, partnerVerification, session);
      });
    } catch (error) {
      if (isDuplicateKey(error, 'email')) throw new Problem('EMAIL_TAKEN');
      throw error;
    }
    return user;
  }
}
