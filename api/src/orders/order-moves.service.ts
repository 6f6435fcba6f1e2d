import { Injectable } from '@nestjs/common';
import { isActive, type MoveOrder, movesFor, type OrderEventType, type OrderStatus, type Role } from '@qc/contracts';
import { type ClientSession, Types } from 'mongoose';
import { type AuditFact, AuditLog } from '../audit/audit-log';
import type { Actor } from '../auth/actor';
import { ProductsRepository } from '../catalog/products.repository';
import { OutboxRepository } from '../outbox/outbox.repository';
import { Clock } from '../platform/clock';
import { Problem } from '../platform/http/problem';
import { PartnersRepository } from '../users/partners.repository';
import type { Command } from './command';
import { CommandLog } from './command-log';
import { assertMove, eventTypeOf, needsReason } from './domain/transitions';
import { OrderAccounts } from './order-accounts.service';
import { orderEvent, unlockedEvent } from './order.events';
import { sightOf } from './order.policy';
import type { HistoryRecord, OrderRecord } from './order.schema';
import { OrdersRepository } from './orders.repository';

/** `from`: only an order that stands there; a word for one move (unassign) is no way to make another. */
export type MoveRequest = MoveOrder & { from?: OrderStatus };

/** One step: where to, by whom, why, and when a phone that was offline took it. */
export interface Step {
  to: OrderStatus;
  by: HistoryRecord['by'];
  note?: string;
  occurredAt?: Date;
}

/** Everything that moves an order but its assignment: order, partner, stock, books and event in one transaction. */
@Injectable()
export class OrderMovesService {
  constructor(
    private readonly orders: OrdersRepository,
    private readonly products: ProductsRepository,
    private readonly partners: PartnersRepository,
    private readonly accounts: OrderAccounts,
    private readonly outbox: OutboxRepository,
    private readonly log: CommandLog,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
  ) {}

  /**
   * A repeat by the same actor gets the order as it is.
   * @throws ORDER_NOT_FOUND, INVALID_TRANSITION, FORBIDDEN, REASON_REQUIRED, DELIVERY_CODE_WRONG, VERSION_MISMATCH
   */
  move(orderId: string, request: MoveRequest, command: Command): Promise<OrderRecord> {
    return this.log.change(command, (session) => this.moveOrRepeat(orderId, request, command, session));
  }

  private async moveOrRepeat(
    orderId: string,
    request: MoveRequest,
    { actor, ifMatch, occurredAt }: Command,
    session: ClientSession,
  ): Promise<OrderRecord> {
    const found = await this.orders.byId(orderId, session);
    // before sight: a partner who gave the order back may be offline by now, and repeats what was done
    if (found && isRepeat(found, request.status, actor)) return found;
    const order = await this.readable(found, actor, session);
    assertVersion(order, ifMatch);
    this.assertAllowed(order, request, actor.role);
    const { status: to, note } = request;
    const by = { id: new Types.ObjectId(actor.id), role: actor.role };
    const moved = await this.apply(
      order,
      { to, by, ...(note && { note }), ...(occurredAt && { occurredAt }) },
      session,
    );
    if (actor.role === 'admin') await this.audit.record(moveOf(order, moved, by), session);
    return moved;
  }

  /** Makes a move that the caller has found to be allowed, with all that goes with it. */
  async apply(order: OrderRecord, step: Step, session: ClientSession): Promise<OrderRecord> {
    const { to, by, note, occurredAt } = step;
    const at = this.clock.now();
    const entry = { status: to, at, ...(occurredAt && { occurredAt }), by, ...(note && { note }) };
    const moved = await this.orders.changeFrom(order, { set: fieldsAfter(order, to, note, at), entry, at }, session);
    if (!moved) throw new Problem('INVALID_TRANSITION', 'the order has just changed');
    if (isActive(order.status) && !isActive(to)) await this.partners.freeSlot(order.partnerId!, session);
    if (to === 'cancelled') {
      await this.products.putBack(order.items, session);
      await this.accounts.cancelled(order, by.role, session);
    }
    if (to === 'delivered') await this.accounts.delivered(order, session);
    const events = [orderEvent(eventTypeOf(order.status, to), moved, order.partnerId)];
    if (order.lock) {
      await this.partners.clearLock(order.lock.partnerId, order._id, session);
      events.push(unlockedEvent(order._id, at));
    }
    await this.outbox.append(events, session);
    return moved;
  }

  /** A change that is no move: a version and an event of its own, nothing in the history. */
  async amend(
    order: OrderRecord,
    type: OrderEventType,
    set: Partial<OrderRecord>,
    session: ClientSession,
  ): Promise<OrderRecord> {
    const amended = await this.orders.changeFrom(order, { set, at: this.clock.now() }, session);
    if (!amended) throw new Error(`order ${order.number} changed within its own transaction`);
    await this.outbox.append([orderEvent(type, amended)], session);
    return amended;
  }

  private async readable(order: OrderRecord | null, actor: Actor, session: ClientSession): Promise<OrderRecord> {
    const available =
      actor.role === 'partner' && order?.status === 'ready' && (await this.partners.byId(actor.id, session))?.available;
    if (!order || !sightOf(order, { ...actor, available: available === true })) throw new Problem('ORDER_NOT_FOUND');
    return order;
  }

  private assertAllowed(order: OrderRecord, request: MoveRequest, role: Role): void {
    const { status, note } = request;
    const obstacle = obstacleTo(order, request);
    if (obstacle) throw notThisWay(order, status, role, obstacle);
    assertMove(order.status, status, role);
    if (needsReason(order.status, status, role) && !note?.trim())
      throw new Problem('REASON_REQUIRED', undefined, { errors: [{ path: 'note', message: 'is required' }] });
    if (status === 'delivered' && role === 'partner') assertProof(order, request.deliveryCode);
  }
}

/** What stands in the way of a move that the contract's table would allow. */
function obstacleTo(order: OrderRecord, { status, from }: MoveRequest): string | undefined {
  const unpaid = order.paymentMethod !== 'cash' && order.paymentStatus === 'pending';
  if (unpaid && status === 'confirmed') return 'the payment has not come in yet';
  if (status === 'assigned') return 'accept and assign are the ways to a partner';
  return from && from !== order.status ? `the order is ${order.status}, not ${from}` : undefined;
}

function assertProof({ deliveryCode }: OrderRecord, shown: string | undefined): void {
  if (deliveryCode !== null && shown !== deliveryCode) throw new Problem('DELIVERY_CODE_WRONG');
}

function notThisWay({ status }: OrderRecord, to: OrderStatus, role: Role, detail: string): Problem {
  return new Problem('INVALID_TRANSITION', detail, {
    from: status,
    to,
    state: status,
    allowed: movesFor(status, role),
  });
}

/** What an admin did to an order. Why is in its history, and goes from there with the person it may name. */
export function moveOf(before: OrderRecord, after: OrderRecord, by: HistoryRecord['by']): AuditFact {
  const partner = ({ partnerId }: OrderRecord): object => (partnerId ? { partnerId: partnerId.toHexString() } : {});
  return {
    action: `order.${eventTypeOf(before.status, after.status)}`,
    by,
    target: { kind: 'order', id: after._id },
    before: { status: before.status, ...partner(before) },
    after: { status: after.status, ...partner(after), version: after.version },
  };
}

/** @throws VERSION_MISMATCH when the change was meant for another version */
export function assertVersion(order: OrderRecord, ifMatch: number | undefined): void {
  if (ifMatch === undefined || ifMatch === order.version) return;
  throw new Problem('VERSION_MISMATCH', `the order is at version ${order.version}`, {
    version: order.version,
    state: order.status,
  });
}

function isRepeat(order: OrderRecord, to: OrderStatus, actor: Actor): boolean {
  const last = order.history.at(-1);
  return order.status === to && last?.by.id?.toHexString() === actor.id;
}

function fieldsAfter(order: OrderRecord, to: OrderStatus, note: string | undefined, at: Date): Partial<OrderRecord> {
  const cashTaken = to === 'delivered' && order.paymentMethod === 'cash';
  return {
    status: to,
    lock: null,
    ...(to === 'ready' && { partnerId: null, reason: null }),
    ...((to === 'cancelled' || to === 'failed') && { reason: note ?? null }),
    ...(to === 'delivered' && { deliveredAt: at }),
    ...(cashTaken && { paymentStatus: 'paid' as const }),
  };
}
