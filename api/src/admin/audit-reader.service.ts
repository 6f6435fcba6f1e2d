import { Injectable } from '@nestjs/common';
import type { AuditEntry, AuditPage } from '@qc/contracts';
import { type AuditFilter, AuditRepository } from '../audit/audit.repository';
import type { AuditRecord } from '../audit/audit.schema';
import { auditEntry } from '../audit/audit.view';
import type { OrderRecord } from '../orders/order.schema';
import { OrdersRepository } from '../orders/orders.repository';

/** The record of who did what, for admins. */
@Injectable()
export class AuditReader {
  constructor(
    private readonly audit: AuditRepository,
    private readonly orders: OrdersRepository,
  ) {}

  /**
   * Newest first. Why an order was moved stands in the order's own history, from where it can go with the person it may
   * name: it is looked up here, and absent once it is gone.
   */
  async page(query: AuditFilter & { limit: number; cursor?: string }): Promise<AuditPage> {
    const { items, nextCursor } = await this.audit.page(query);
    const orders = await this.orders.byIds(
      items.flatMap(({ target }) => (target?.kind === 'order' && target.id) || []),
    );
    const orderOf = new Map(orders.map((order) => [order._id.toHexString(), order]));
    return {
      items: items.map((line) => withReason(line, orderOf.get(line.target?.id?.toHexString() ?? ''))),
      nextCursor,
    };
  }
}

function withReason(line: AuditRecord, order: OrderRecord | undefined): AuditEntry {
  const note = order?.history.find(({ seq }) => seq === line.after?.['version'])?.note;
  return { ...auditEntry(line), ...(note && { reason: note }) };
}
