import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { InjectModel, Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { Clock } from '../platform/clock';
import { Env } from '../platform/env';
import { Problem } from '../platform/http/problem';

@Schema({ collection: 'signInFailures', versionKey: false })
export class SignInFailuresRecord {
  /** SHA-256 of the e-mail: no list of who tried. */
  @Prop({ type: String }) _id!: string;
  @Prop({ required: true }) count!: number;
  @Prop({ required: true }) blockedUntil!: Date;
  @Prop({ required: true }) forgetAt!: Date;
}

export const SignInFailuresSchema = SchemaFactory.createForClass(SignInFailuresRecord);
SignInFailuresSchema.index({ forgetAt: 1 }, { expireAfterSeconds: 0 });

/** Failures that cost nothing; from then on the wait doubles. */
const FREE_FAILURES = 5;
/** Milliseconds: 60 s at the most, so that a stranger can slow an owner down, not lock one out. */
const LONGEST_WAIT = 60_000;
const FORGET_AFTER = 60 * 60_000;

/** Slows guessing at one account, known or not (OWASP ASVS 6.3.1). */
@Injectable()
export class SignInThrottle {
  constructor(
    @InjectModel(SignInFailuresRecord.name) private readonly failures: Model<SignInFailuresRecord>,
    private readonly clock: Clock,
    @Inject(Env) private readonly env: Env,
  ) {}

  /** @throws RATE_LIMITED with the seconds to wait. */
  async assertOpen(email: string): Promise<void> {
    if (!this.env.RATE_LIMIT_ENABLED) return;
    const record = await this.failures.findById(key(email)).lean<SignInFailuresRecord>().exec();
    const wait = (record?.blockedUntil.getTime() ?? 0) - this.clock.now().getTime();
    if (wait > 0) throw new Problem('RATE_LIMITED', 'too many failed sign-ins', { retryAfter: Math.ceil(wait / 1000) });
  }

  async failed(email: string): Promise<void> {
    const now = this.clock.now().getTime();
    const after = await this.failures
      .findByIdAndUpdate(
        key(email),
        {
          $inc: { count: 1 },
          $set: { forgetAt: new Date(now + FORGET_AFTER) },
          $setOnInsert: { blockedUntil: new Date(0) },
        },
        { upsert: true, returnDocument: 'after' },
      )
      .lean<SignInFailuresRecord>()
      .exec();
    const beyond = (after?.count ?? 0) - FREE_FAILURES;
    if (beyond < 0) return;
    const wait = Math.min(1000 * 2 ** beyond, LONGEST_WAIT);
    await this.failures.updateOne({ _id: key(email) }, { $max: { blockedUntil: new Date(now + wait) } });
  }

  async succeeded(email: string): Promise<void> {
    await this.failures.deleteOne({ _id: key(email) });
  }
}

function key(email: string): string {
  return createHash('sha256').update(email).digest('hex');
}
