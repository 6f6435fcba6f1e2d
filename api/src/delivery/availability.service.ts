import { Injectable } from '@nestjs/common';
import { ConfirmedAddresses } from '../auth/confirmed-addresses';
import { OrderBroadcast } from '../orders/order-broadcast';
import { Problem } from '../platform/http/problem';
import { Transactions } from '../platform/mongo/transactions';
import { PartnersRepository } from '../users/partners.repository';
import { LocksService } from './locks.service';

/** Whether a partner is at work. Only the partner's own call changes it, or the end of the account; never a lost connection. */
@Injectable()
export class AvailabilityService {
  constructor(
    private readonly partners: PartnersRepository,
    private readonly locks: LocksService,
    private readonly broadcast: OrderBroadcast,
    private readonly transactions: Transactions,
    private readonly addresses: ConfirmedAddresses,
  ) {}

  /**
   * Going offline is always allowed: active orders stay, a lock is let go.
   * @throws PARTNER_NOT_FOUND, and going online EMAIL_NOT_VERIFIED, PARTNER_NOT_VERIFIED
   */
  async set(partnerId: string, available: boolean): Promise<void> {
    if (available) await this.addresses.assertConfirmed(partnerId);
    await this.transactions.run(async (session) => {
      const before = await this.partners.setAvailable(partnerId, available, session);
      if (!before) {
        const there = await this.partners.byId(partnerId, session);
        throw new Problem(there ? 'PARTNER_NOT_VERIFIED' : 'PARTNER_NOT_FOUND');
      }
      if (!available && before.lockedOrderId) await this.locks.letGo(before._id, before.lockedOrderId, session);
    });
    this.broadcast.setAvailable(partnerId, available);
  }
}
