import { Inject, Injectable } from '@nestjs/common';
import { LOCK_RENEWALS, type OrderLock } from '@qc/contracts';
import { type ClientSession, Types } from 'mongoose';
import type { Actor } from '../auth/actor';
import type { Command } from '../orders/command';
import { CommandLog } from '../orders/command-log';
import { lockedEvent, unlockedEvent } from '../orders/order.events';
import type { OrderRecord } from '../orders/order.schema';
import { OrdersRepository } from '../orders/orders.repository';
import { OutboxRepository } from '../outbox/outbox.repository';
import { Clock } from '../platform/clock';
import { Env } from '../platform/env';
import { Problem } from '../platform/http/problem';
import { Transactions } from '../platform/mongo/transactions';
import type { PartnerRecord } from '../users/partner.schema';
import { PartnersRepository } from '../users/partners.repository';
import { refusalOf } from './domain/refusals';

const SWEEP = 100;

/** One lock a partner, one partner a lock. Its end is a moment, not an event: past it the order is free, swept or not. */
@Injectable()
export class LocksService {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly partners: PartnersRepository,
    private readonly outbox: OutboxRepository,
    private readonly log: CommandLog,
    private readonly transactions: Transactions,
    private readonly clock: Clock,
    @Inject(Env) private readonly env: Env,
  ) {}

  /**
   * Holds a ready order for this partner; again: renews it. Lets go of any other order that the partner held.
   * @throws ORDER_NOT_FOUND, ORDER_LOCKED, ORDER_ALREADY_ASSIGNED, INVALID_TRANSITION, PARTNER_BUSY, PARTNER_OFFLINE, LOCK_LIMIT
   */
  async lock(orderId: string, command: Command): Promise<OrderLock> {
    const until = await this.transactions.run(async (session) => {
      const expiresAt = await this.hold(orderId, new Types.ObjectId(command.actor.id), session);
      await this.log.note(command, { lockedUntil: expiresAt }, session);
      return expiresAt;
    });
    return this.answer(orderId, until);
  }

  answer(orderId: string, expiresAt: Date): OrderLock {
    const lockExpiresIn = Math.max(0, Math.round((expiresAt.getTime() - this.clock.now().getTime()) / 1000));
    return { orderId, expiresAt: expiresAt.toISOString(), lockExpiresIn };
  }

  /** Lets go. Nothing held is no error. */
  async unlock(orderId: string, partner: Actor): Promise<void> {
    await this.transactions.run((session) =>
      this.letGo(new Types.ObjectId(partner.id), new Types.ObjectId(orderId), session),
    );
  }

  /** Lets go of whatever the partner holds. */
  async letGoOfAny(partnerId: string): Promise<void> {
    await this.transactions.run(async (session) => {
      const partner = await this.partners.byId(partnerId, session);
      if (partner?.lockedOrderId) await this.letGo(partner._id, partner.lockedOrderId, session);
    });
  }

  /** The partner's lock, wherever it is, as part of a larger change. */
  async letGo(partnerId: Types.ObjectId, orderId: Types.ObjectId, session: ClientSession): Promise<void> {
    if (!(await this.orders.unlock(orderId, partnerId, session))) return;
    await this.partners.clearLock(partnerId, orderId, session);
    await this.outbox.append([unlockedEvent(orderId, this.clock.now())], session);
  }

  /** Clears locks that are over and says so to those who saw the order as held. */
  async sweep(): Promise<void> {
    const over = await this.orders.withExpiredLocks(this.clock.now(), SWEEP);
    for (const { _id, lock } of over) {
      await this.transactions.run(async (session) => {
        const now = this.clock.now();
        if (!lock || !(await this.orders.expireLock(_id, now, session))) return;
        await this.partners.clearLock(lock.partnerId, _id, session);
        await this.outbox.append([unlockedEvent(_id, now)], session);
      });
    }
  }

  private async hold(orderId: string, partnerId: Types.ObjectId, session: ClientSession): Promise<Date> {
    const now = this.clock.now();
    const expiresAt = new Date(now.getTime() + this.env.ORDER_LOCK_TTL * 1000);
    const locked =
      (await this.orders.renewLock(orderId, partnerId, now, expiresAt, session, LOCK_RENEWALS)) ??
      (await this.orders.lock(orderId, partnerId, now, expiresAt, session));
    if (!locked) throw await this.whyNot(orderId, partnerId, now, session);
    const before = await this.partners.setLock(partnerId, locked._id, session);
    this.assertAtWork(before);
    if (before.lockedOrderId && !before.lockedOrderId.equals(locked._id))
      await this.release(before.lockedOrderId, partnerId, session);
    await this.outbox.append([lockedEvent(locked._id, expiresAt, now)], session);
    return expiresAt;
  }

  private async release(orderId: Types.ObjectId, partnerId: Types.ObjectId, session: ClientSession): Promise<void> {
    if (!(await this.orders.unlock(orderId, partnerId, session))) return;
    await this.outbox.append([unlockedEvent(orderId, this.clock.now())], session);
  }

  private assertAtWork(partner: PartnerRecord | null): asserts partner is PartnerRecord {
    if (!partner?.available) throw new Problem('PARTNER_OFFLINE');
    if (partner.activeDeliveries >= this.env.PARTNER_CAPACITY)
      throw new Problem('PARTNER_BUSY', undefined, { capacity: this.env.PARTNER_CAPACITY });
  }

  private async whyNot(
    orderId: string,
    partnerId: Types.ObjectId,
    now: Date,
    session: ClientSession,
  ): Promise<Problem> {
    const order = await this.orders.byId(orderId, session);
    if (!order) return new Problem('ORDER_NOT_FOUND');
    return holdsUntilLimit(order, partnerId, now) ? new Problem('LOCK_LIMIT') : refusalOf(order, partnerId, now);
  }
}

function holdsUntilLimit({ status, lock }: OrderRecord, partnerId: Types.ObjectId, now: Date): boolean {
  return status === 'ready' && lock !== null && lock.partnerId.equals(partnerId) && lock.expiresAt > now;
}
