import { Inject, Injectable } from '@nestjs/common';
import { isActive } from '@qc/contracts';
import { type ClientSession, Types } from 'mongoose';
import { AuditLog } from '../audit/audit-log';
import type { Actor } from '../auth/actor';
import type { Command } from '../orders/command';
import { CommandLog } from '../orders/command-log';
import { orderEvent, unlockedEvent } from '../orders/order.events';
import { assertVersion, moveOf } from '../orders/order-moves.service';
import type { HistoryRecord, OrderRecord } from '../orders/order.schema';
import { OrdersRepository } from '../orders/orders.repository';
import type { EventFact } from '../outbox/event.schema';
import { OutboxRepository } from '../outbox/outbox.repository';
import { Clock } from '../platform/clock';
import { Env } from '../platform/env';
import { Problem } from '../platform/http/problem';
import { GroupCommit } from '../platform/mongo/group-commit';
import { Transactions } from '../platform/mongo/transactions';
import type { PartnerRecord } from '../users/partner.schema';
import { PartnersRepository } from '../users/partners.repository';
import { refusalOf } from './domain/refusals';

/** Small groups: they are seldom in the way of what else is written to a partner. */
const TOGETHER = { size: 8, atOnce: 4 };

interface Claim {
  readonly orderId: string;
  readonly command: Command;
}

/** The only ways into `assigned`. The condition of the claim is the lock; whoever it does not apply to has lost. */
@Injectable()
export class AssignmentsService {
  private readonly line: GroupCommit<Claim, OrderRecord>;

  constructor(
    private readonly orders: OrdersRepository,
    private readonly partners: PartnersRepository,
    private readonly outbox: OutboxRepository,
    private readonly log: CommandLog,
    private readonly clock: Clock,
    @Inject(Env) private readonly env: Env,
    transactions: Transactions,
    private readonly audit: AuditLog,
  ) {
    this.line = new GroupCommit(transactions, (claims, session) => this.claimEach(claims, session), TOGETHER);
  }

  /**
   * First partner wins; the winner's repeat gets the same order.
   * @throws ORDER_NOT_FOUND, ORDER_LOCKED, ORDER_ALREADY_ASSIGNED, INVALID_TRANSITION, PARTNER_BUSY, PARTNER_NOT_VERIFIED, PARTNER_OFFLINE, VERSION_MISMATCH
   */
  accept(orderId: string, command: Command): Promise<OrderRecord> {
    return this.line.add({ orderId, command });
  }

  /**
   * An admin gives the order to a partner, over anybody's lock; the partner need not be online.
   * @throws ORDER_NOT_FOUND, PARTNER_NOT_FOUND, ORDER_ALREADY_ASSIGNED, INVALID_TRANSITION, PARTNER_BUSY, PARTNER_NOT_VERIFIED, VERSION_MISMATCH
   */
  assign(orderId: string, partnerId: string, command: Command): Promise<OrderRecord> {
    return this.log.change(command, (session) => this.override(orderId, partnerId, command, session));
  }

  /** One after the other, as they came; what they have in common is written once. */
  private async claimEach(claims: readonly Claim[], session: ClientSession): Promise<(OrderRecord | Problem)[]> {
    const events: EventFact[] = [];
    const outcomes: (OrderRecord | Problem)[] = [];
    for (const claim of claims) outcomes.push(await this.claim(claim, events, session));
    if (events.length) await this.outbox.append(events, session);
    const done = outcomes.flatMap((order, index) =>
      order instanceof Problem ? [] : [[claims[index]!.command, { orderId: order._id, seq: order.version }] as const],
    );
    await this.log.noteAll(done, session);
    return outcomes;
  }

  /** The condition of the claim is the first write: whoever comes second gets the refusal, and has changed nothing. */
  private async claim(
    { orderId, command: { actor, ifMatch, occurredAt } }: Claim,
    events: EventFact[],
    session: ClientSession,
  ): Promise<OrderRecord | Problem> {
    const partnerId = new Types.ObjectId(actor.id);
    const claimed = await this.orders.claim(orderId, partnerId, this.entry(actor, occurredAt), session);
    if (!claimed) return this.orderOrRefusal(orderId, partnerId, session);
    if (ifMatch !== undefined) assertVersion({ ...claimed, version: claimed.version - 1 }, ifMatch);
    const before = await this.takeSlot(partnerId, session);
    if (!before.available) throw new Problem('PARTNER_OFFLINE');
    events.push(orderEvent('assigned', claimed), ...(await this.letGoOfOther(before, claimed._id, session)));
    return claimed;
  }

  private async override(
    orderId: string,
    partnerId: string,
    { actor, ifMatch }: Command,
    session: ClientSession,
  ): Promise<OrderRecord> {
    const before = await this.orders.byId(orderId, session);
    if (!before) throw new Problem('ORDER_NOT_FOUND');
    if (!(await this.partners.byId(partnerId, session))?.active) throw new Problem('PARTNER_NOT_FOUND');
    const to = new Types.ObjectId(partnerId);
    if (isAssignedBy(before, to, actor)) return before;
    assertVersion(before, ifMatch);
    const assigned = await this.orders.override(orderId, to, this.entry(actor), session);
    if (!assigned) throw refusalOf(before, to, this.clock.now(), 'admin');
    const events = [orderEvent('assigned', assigned)];
    events.push(...(await this.letGoOfOther(await this.takeSlot(to, session), assigned._id, session)));
    const overridden = before.lock && !before.lock.partnerId.equals(to) ? before.lock : null;
    if (overridden) await this.partners.clearLock(overridden.partnerId, before._id, session);
    if (overridden) events.push(unlockedEvent(before._id, assigned.updatedAt));
    await this.outbox.append(events, session);
    await this.audit.record(moveOf(before, assigned, this.entry(actor).by), session);
    return assigned;
  }

  private entry({ id, role }: Actor, occurredAt?: Date): Omit<HistoryRecord, 'seq'> {
    const by = { id: new Types.ObjectId(id), role };
    return { status: 'assigned', at: this.clock.now(), ...(occurredAt && { occurredAt }), by };
  }

  private async takeSlot(partnerId: Types.ObjectId, session: ClientSession): Promise<PartnerRecord> {
    const before = await this.partners.takeSlot(partnerId, this.env.PARTNER_CAPACITY, session);
    if (before) return before;
    if ((await this.partners.byId(partnerId.toHexString(), session))?.awaitsApproval)
      throw new Problem('PARTNER_NOT_VERIFIED');
    throw new Problem('PARTNER_BUSY', undefined, { capacity: this.env.PARTNER_CAPACITY });
  }

  /** Who has an order in hand holds no other one back. */
  private async letGoOfOther(
    { _id, lockedOrderId }: PartnerRecord,
    orderId: Types.ObjectId,
    session: ClientSession,
  ): Promise<EventFact[]> {
    if (!lockedOrderId || lockedOrderId.equals(orderId)) return [];
    const unlocked = await this.orders.unlock(lockedOrderId, _id, session);
    return unlocked ? [unlockedEvent(lockedOrderId, this.clock.now())] : [];
  }

  /** The winner's repeat gets the order. */
  private async orderOrRefusal(
    orderId: string,
    partnerId: Types.ObjectId,
    session: ClientSession,
  ): Promise<OrderRecord | Problem> {
    const order = await this.orders.byId(orderId, session);
    if (!order) return new Problem('ORDER_NOT_FOUND');
    return order.partnerId?.equals(partnerId) ? order : refusalOf(order, partnerId, this.clock.now());
  }
}

function isAssignedBy(order: OrderRecord, partnerId: Types.ObjectId, admin: Actor): boolean {
  const last = order.history.at(-1);
  const same = isActive(order.status) && order.partnerId?.equals(partnerId);
  return same === true && last?.status === 'assigned' && last.by.id?.toHexString() === admin.id;
}
