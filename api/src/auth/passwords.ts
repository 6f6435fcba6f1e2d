import { PASSWORD_BYTES } from '@qc/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { compare, getRounds, hash } from 'bcrypt';
import { Env } from '../platform/env';
import { invalid } from '../platform/http/problem';
import { HashingQueue } from './hashing-queue';
import { isKnownPassword } from './known-passwords';

/** Whose password it is to be, and what the request calls it. */
export interface PasswordFor {
  path: string;
  /** Normalised. */
  email: string;
}

/** bcrypt, off the event loop and a few at a time; its cost is `BCRYPT_ROUNDS`. */
@Injectable()
export class Passwords {
  private decoy?: Promise<string>;

  constructor(
    @Inject(Env) private readonly env: Env,
    private readonly queue: HashingQueue,
  ) {}

  /** @throws UNAVAILABLE when too many are asked for at once */
  hash(password: string): Promise<string> {
    return this.queue.run(() => hash(password, this.env.BCRYPT_ROUNDS));
  }

  /**
   * Without a hash (no such account) it takes as long and is false, so that time does not tell who has an account.
   * @throws UNAVAILABLE when too many are asked for at once
   */
  async matches(password: string, passwordHash: string | undefined): Promise<boolean> {
    const against = passwordHash ?? (await this.decoyHash());
    const same = await this.queue.run(() => compare(password, against));
    // bcrypt would not see what comes after
    const whole = Buffer.byteLength(password) <= PASSWORD_BYTES.max;
    return same && whole && passwordHash !== undefined;
  }

  /** Made at another cost than is asked for now. */
  isOutdated(passwordHash: string): boolean {
    return getRounds(passwordHash) !== this.env.BCRYPT_ROUNDS;
  }

  /** Its length is the request's to check. @throws VALIDATION_FAILED at `path`: one that everybody tries first */
  async assertAcceptable(password: string, { path, email }: PasswordFor): Promise<void> {
    const written = password.trim().toLowerCase();
    if (written === email || written === email.slice(0, email.lastIndexOf('@'))) {
      throw invalid(path, 'is the e-mail address itself');
    }
    if (await isKnownPassword(written)) throw invalid(path, 'is one of the passwords that are guessed first');
  }

  private decoyHash(): Promise<string> {
    this.decoy ??= this.hash('nobody has this one').catch((error: unknown) => {
      // the next one tries again
      this.decoy = undefined;
      throw error;
    });
    return this.decoy;
  }
}
