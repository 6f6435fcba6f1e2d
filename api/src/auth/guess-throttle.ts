import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { InjectModel, Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { Clock } from '../platform/clock';
import { Env } from '../platform/env';
import { Problem } from '../platform/http/problem';
import { toProblem } from '../platform/http/problem.filter';
import { isDuplicateKey } from '../platform/mongo/duplicate-key';

@Schema({ collection: 'signInFailures', versionKey: false })
export class SignInFailuresRecord {
  /** SHA-256 of what is counted together: no list of who tried. */
  @Prop({ type: String }) _id!: string;
  /** Guesses that were wrong or whose answer is still out. */
  @Prop({ required: true }) count!: number;
  @Prop({ required: true }) blockedUntil!: Date;
  @Prop({ required: true }) forgetAt!: Date;
}

export const SignInFailuresSchema = SchemaFactory.createForClass(SignInFailuresRecord);
SignInFailuresSchema.index({ forgetAt: 1 }, { expireAfterSeconds: 0 });

/** Guesses that cost nothing; from then on the wait doubles: 1 s, 2 s, 4 s … */
const FREE_GUESSES = 5;
/** Milliseconds. With it there are 69 guesses in the first hour, and 60 in each after that. */
const LONGEST_WAIT = 60_000;
const DOUBLINGS = 6;
const FORGET_AFTER = 60 * 60_000;
/** Of several first guesses at one instant each but one meets the record of another. */
const TRIES = 5;

/**
 * Slows guessing at one secret (OWASP ASVS 6.3.1). Each guess is taken from its pool before it is looked at, by one
 * conditional write: however many come at once, no more get through than one after the other.
 */
@Injectable()
export class GuessThrottle {
  constructor(
    @InjectModel(SignInFailuresRecord.name) private readonly failures: Model<SignInFailuresRecord>,
    private readonly clock: Clock,
    @Inject(Env) private readonly env: Env,
  ) {}

  /**
   * Runs `check`; null from it, or a refusal, is a guess that was wrong. A right one is given back to the pool, so that it
   * neither costs its owner anything nor makes others' wrong ones forgotten.
   * @param pool guesses that are counted together, e.g. those at one account
   * @throws RATE_LIMITED with the seconds to wait, `check` unheard; whatever `check` throws
   */
  async attempt<T>(pool: string, check: () => Promise<T | null>): Promise<T | null> {
    if (!this.env.RATE_LIMIT_ENABLED) return check();
    const id = idOf(pool);
    const { blockedUntil } = await this.take(id);
    try {
      const right = await check();
      if (right !== null) await this.giveBack(id, blockedUntil);
      return right;
    } catch (error) {
      // a fault of ours tells the guesser nothing
      if (toProblem(error).status >= 500) await this.giveBack(id, blockedUntil);
      throw error;
    }
  }

  /** Lets the pool guess anew. */
  async forget(pool: string): Promise<void> {
    await this.failures.deleteOne({ _id: idOf(pool) });
  }

  private async take(id: string): Promise<SignInFailuresRecord> {
    for (let tries = 1; ; tries += 1) {
      const now = this.clock.now();
      // most of many are refused here, by a read
      const record = await this.failures.findById(id).lean<SignInFailuresRecord>().exec();
      const wait = (record?.blockedUntil.getTime() ?? 0) - now.getTime();
      if (wait > 0 || tries > TRIES) {
        const retryAfter = Math.max(1, Math.ceil(wait / 1000));
        throw new Problem('RATE_LIMITED', 'too many wrong guesses', { retryAfter });
      }
      const taken = await this.tryToTake(id, now);
      if (taken) return taken;
    }
  }

  /** null: the pool waits, or the record was made in this very moment. */
  private async tryToTake(_id: string, now: Date): Promise<SignInFailuresRecord | null> {
    const remembered = { $cond: [{ $gt: ['$forgetAt', now] }, '$count', 0] };
    const doublings = { $min: [{ $subtract: ['$count', FREE_GUESSES] }, DOUBLINGS] };
    const wait = { $min: [{ $multiply: [1000, { $pow: [2, doublings] }] }, LONGEST_WAIT] };
    const forgetAt = new Date(now.getTime() + FORGET_AFTER);
    try {
      return await this.failures
        .findOneAndUpdate(
          { _id, blockedUntil: { $lte: now } },
          [
            { $set: { count: { $add: [remembered, 1] }, forgetAt } },
            { $set: { blockedUntil: { $cond: [{ $lt: ['$count', FREE_GUESSES] }, now, { $add: [now, wait] }] } } },
          ],
          { upsert: true, returnDocument: 'after', updatePipeline: true },
        )
        .lean<SignInFailuresRecord>()
        .exec();
    } catch (error) {
      if (isDuplicateKey(error, '_id')) return null;
      throw error;
    }
  }

  /** Opens the pool again unless a later guess has closed it. */
  private async giveBack(_id: string, blockedUntil: Date): Promise<void> {
    const mine = { $eq: ['$blockedUntil', blockedUntil] };
    const $set = {
      count: { $max: [{ $subtract: ['$count', 1] }, 0] },
      blockedUntil: { $cond: [mine, this.clock.now(), '$blockedUntil'] },
    };
    await this.failures.updateOne({ _id }, [{ $set }], { updatePipeline: true });
  }
}

function idOf(pool: string): string {
  return createHash('sha256').update(pool).digest('hex');
}
