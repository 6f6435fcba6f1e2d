import { Injectable } from '@nestjs/common';
import type { ClientSession, Types } from 'mongoose';
import { Clock } from '../../platform/clock';
import { Problem } from '../../platform/http/problem';
import type { LinkPurpose } from './one-time-link.schema';
import { OneTimeLinksRepository } from './one-time-links.repository';
import { hashOfToken, newOneTimeToken } from './one-time-token';

/** Milliseconds that a link is good for. */
const GOOD_FOR: Record<LinkPurpose, number> = { 'password-reset': 3_600_000, 'email-verification': 24 * 3_600_000 };

/** Links that prove who reads an account's mail. The database holds only hashes: who reads it can open nothing. */
@Injectable()
export class OneTimeLinks {
  constructor(
    private readonly links: OneTimeLinksRepository,
    private readonly clock: Clock,
  ) {}

  /** The token of a new link; the one before is good no longer. null: the account has had as many as it may have for now. */
  async make(userId: Types.ObjectId, purpose: LinkPurpose): Promise<string | null> {
    const { token, hash } = newOneTimeToken();
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + GOOD_FOR[purpose]);
    return (await this.links.replace({ userId, purpose, hash, now, expiresAt })) ? token : null;
  }

  /** Before anything costly is done for whoever brings it. @throws LINK_INVALID */
  async assertGood(token: string, purpose: LinkPurpose): Promise<Types.ObjectId> {
    const found = await this.links.find(hashOfToken(token), purpose, this.clock.now());
    if (!found) throw new Problem('LINK_INVALID');
    return found.userId;
  }

  /** Uses it up: of several at once one gets through. @throws LINK_INVALID */
  async take(token: string, purpose: LinkPurpose, session: ClientSession): Promise<Types.ObjectId> {
    const taken = await this.links.take(hashOfToken(token), purpose, this.clock.now(), session);
    if (!taken) throw new Problem('LINK_INVALID');
    return taken.userId;
  }

  revoke(userId: Types.ObjectId, purpose: LinkPurpose): Promise<void> {
    return this.links.revoke(userId, purpose);
  }
}
