import { Inject, Injectable } from '@nestjs/common';
import { compare, hash } from 'bcrypt';
import { Env } from '../platform/env';

/** bcrypt, off the event loop; its cost is `BCRYPT_ROUNDS`. */
@Injectable()
export class Passwords {
  private decoy?: Promise<string>;

  constructor(@Inject(Env) private readonly env: Env) {}

  hash(password: string): Promise<string> {
    return hash(password, this.env.BCRYPT_ROUNDS);
  }

  /** Without a hash (no such account) it takes as long and is false, so that time does not tell who has an account. */
  async matches(password: string, passwordHash: string | undefined): Promise<boolean> {
    this.decoy ??= this.hash('nobody has this one');
    const same = await compare(password, passwordHash ?? (await this.decoy));
    return same && passwordHash !== undefined;
  }
}
