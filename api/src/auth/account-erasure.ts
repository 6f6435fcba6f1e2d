import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { ClientSession, Types } from 'mongoose';
import type { UserRecord } from '../users/user.schema';
import { UsersRepository } from '../users/users.repository';
import { InvitationsRepository } from './invitations/invitations.repository';
import { OneTimeLinksRepository } from './links/one-time-links.repository';
import { PasswordCheck } from './password-check';
import { Passwords } from './passwords';
import { SessionsService } from './sessions.service';

/** What was erased, for what is left to do after the commit. */
export interface ErasedAccount {
  before: Pick<UserRecord, '_id' | 'email'>;
  ended: readonly Types.ObjectId[];
}

/** The person's side of an account: who it was, the devices, and what would let anybody in again. */
@Injectable()
export class AccountErasure {
  constructor(
    private readonly users: UsersRepository,
    private readonly sessions: SessionsService,
    private readonly links: OneTimeLinksRepository,
    private readonly invitations: InvitationsRepository,
    private readonly check: PasswordCheck,
    private readonly passwords: Passwords,
  ) {}

  /** A hash of what nobody knows: to be made before the transaction, for it takes long. */
  lock(): Promise<string> {
    return this.passwords.hash(randomUUID());
  }

  /** Takes the person out of the account for good. null: there is no customer of this id who is still there. */
  async erase(id: string, lock: string, now: Date, session: ClientSession): Promise<ErasedAccount | null> {
    const before = await this.users.erase(id, lock, now, session);
    if (!before) return null;
    await this.links.removeAllOf(before._id, session);
    await this.invitations.removeFor(before.email, session);
    return { before, ended: await this.sessions.endAllWithin(id, session) };
  }

  /** After the commit. */
  async tell({ before, ended }: ErasedAccount): Promise<void> {
    this.sessions.announceEnd(ended);
    await this.check.forgive(before);
  }
}
