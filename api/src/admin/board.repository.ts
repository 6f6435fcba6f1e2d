import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type DaySummary, isClosed, ORDER_STATUSES, type OrderStatus } from '@qc/contracts';
import type { Model, Types } from 'mongoose';
import { OrderRecord } from '../orders/order.schema';

/** What the admin counts. */
@Injectable()
export class BoardRepository {
  constructor(@InjectModel(OrderRecord.name) private readonly orders: Model<OrderRecord>) {}

  async countByStatus(): Promise<Record<OrderStatus, number>> {
    return Object.fromEntries(await this.counts(ORDER_STATUSES)) as Record<OrderStatus, number>;
  }

  async openByStatus(): Promise<ReadonlyMap<OrderStatus, number>> {
    return new Map(await this.counts(ORDER_STATUSES.filter((status) => !isClosed(status))));
  }

  private counts(statuses: readonly OrderStatus[]): Promise<(readonly [OrderStatus, number])[]> {
    return Promise.all(statuses.map(async (status) => [status, await this.orders.countDocuments({ status })] as const));
  }

  /** Orders placed from `from` on, before `to`. */
  async summary(from: Date, to: Date): Promise<DaySummary> {
    const placed = await this.orders
      .find({ placedAt: { $gte: from, $lt: to } }, { status: 1, total: 1, placedAt: 1, deliveredAt: 1 })
      .lean<Pick<OrderRecord, 'status' | 'total' | 'placedAt' | 'deliveredAt'>[]>()
      .exec();
    const delivered = placed.filter(({ status }) => status === 'delivered');
    const took = delivered.map(({ placedAt, deliveredAt }) => (deliveredAt!.getTime() - placedAt.getTime()) / 1000);
    const count = (status: OrderStatus): number => placed.filter((order) => order.status === status).length;
    return {
      orders: placed.length,
      delivered: delivered.length,
      cancelled: count('cancelled'),
      failed: count('failed'),
      revenue: delivered.reduce((total, order) => total + order.total, 0),
      medianDeliverySeconds: median(took),
    };
  }

  async deliveriesByPartner(partnerIds: Types.ObjectId[], from: Date, to: Date): Promise<Map<string, number>> {
    const counts = await this.orders.aggregate<{ _id: Types.ObjectId; count: number }>([
      { $match: { partnerId: { $in: partnerIds }, status: 'delivered', deliveredAt: { $gte: from, $lt: to } } },
      { $group: { _id: '$partnerId', count: { $sum: 1 } } },
    ]);
    return new Map(counts.map(({ _id, count }) => [_id.toHexString(), count]));
  }
}

function median(values: number[]): number | null {
  if (!values.length) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const value = sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return Math.round(value);
}
