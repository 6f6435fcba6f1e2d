import { Injectable } from '@nestjs/common';
import { Problem } from '../platform/http/problem';
import type { UserRecord } from '../users/user.schema';
import { UsersRepository } from '../users/users.repository';
import type { Actor } from './actor';
import { Passwords } from './passwords';
import { SignInThrottle } from './sign-in-throttle';

/** The owner's password once more, before what a token alone is not enough for. */
@Injectable()
export class PasswordConfirmation {
  constructor(
    private readonly users: UsersRepository,
    private readonly passwords: Passwords,
    private readonly throttle: SignInThrottle,
  ) {}

  /** Answers the actor's account. @throws INVALID_CREDENTIALS, which counts as a failed sign-in; RATE_LIMITED */
  async assert({ id }: Actor, password: string): Promise<UserRecord> {
    const user = await this.users.byId(id);
    if (!user) throw new Problem('UNAUTHENTICATED');
    await this.throttle.assertOpen(user.email);
    if (await this.passwords.matches(password, user.passwordHash)) return user;
    await this.throttle.failed(user.email);
    throw new Problem('INVALID_CREDENTIALS', 'the password is wrong');
  }
}
