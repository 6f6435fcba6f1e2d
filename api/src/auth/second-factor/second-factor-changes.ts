import { Injectable } from '@nestjs/common';
import { type ClientSession, Types } from 'mongoose';
import { AuditLog } from '../../audit/audit-log';
import { UsersRepository } from '../../users/users.repository';
import type { Actor } from '../actor';
import { AccountMails } from '../mails/account-mails';
import { SessionsService } from '../sessions.service';

/** What goes with a second factor's coming and going: the account says so, the record has it, its owner is told. */
@Injectable()
export class SecondFactorChanges {
  constructor(
    private readonly users: UsersRepository,
    private readonly sessions: SessionsService,
    private readonly mails: AccountMails,
    private readonly audit: AuditLog,
  ) {}

  async turn({ id, role }: Actor, on: boolean, session: ClientSession): Promise<void> {
    await this.users.setSecondFactor(new Types.ObjectId(id), on, session);
    const action = on ? 'second-factor.on' : 'second-factor.off';
    await this.audit.record({ action, by: { id, role }, target: { kind: 'user', id } }, session);
  }

  /** After the commit. */
  async announce({ id, sessionId }: Actor, on: boolean): Promise<void> {
    await this.sessions.endAllOf(id, sessionId);
    const user = await this.users.byId(id);
    if (user) this.mails.secondFactorChanged(user, on);
  }
}
