import { Injectable } from '@nestjs/common';
import type { PartnerPosition, PositionPoint } from '@qc/contracts';
import { Types } from 'mongoose';
import type { Actor } from '../auth/actor';
import { drivenTo } from '../orders/domain/driven';
import { OrdersRepository } from '../orders/orders.repository';
import { Clock } from '../platform/clock';
import type { PartnerPositionRecord } from '../users/partner.schema';
import { PartnersRepository } from '../users/partners.repository';

export interface PositionUpdate {
  position: PartnerPosition;
  /** The order that is being driven to; the public link sees the partner from the pick-up on. */
  order?: { id: string; pickedUp: boolean };
}

/** Milliseconds. One position a partner a second leaves the server, however many come in. */
const AT_MOST_EVERY = 1000;
/** Milliseconds that a phone's clock may run ahead before a point is taken as of now. */
const CLOCK_AHEAD = 60_000;

/** Where partners are: the newest point is kept, older ones that arrive late change nothing. */
@Injectable()
export class PositionsService {
  private readonly lastSent = new Map<string, number>();

  constructor(
    private readonly partners: PartnersRepository,
    private readonly orders: OrdersRepository,
    private readonly clock: Clock,
  ) {}

  /** The update that others may hear of now; null: nothing new, or too soon after the last one. */
  async record(partner: Actor, points: readonly PositionPoint[]): Promise<PositionUpdate | null> {
    const now = this.clock.now();
    const newest = newestOf(points, now);
    if (!(await this.partners.setPosition(partner.id, newest))) return null;
    if (now.getTime() - (this.lastSent.get(partner.id) ?? 0) < AT_MOST_EVERY) return null;
    this.lastSent.set(partner.id, now.getTime());
    const driven = drivenTo(await this.orders.underWayWith([new Types.ObjectId(partner.id)]));
    const order = driven && { id: driven._id.toHexString(), pickedUp: driven.status !== 'assigned' };
    const { lat, lng, heading, at } = newest;
    const position: PartnerPosition = {
      partnerId: partner.id,
      ...(order && { orderId: order.id }),
      lat,
      lng,
      ...(heading !== undefined && { heading }),
      at: at.toISOString(),
    };
    return { position, ...(order && { order }) };
  }
}

function newestOf(points: readonly PositionPoint[], now: Date): PartnerPositionRecord {
  const newest = points.reduce((latest, point) => (Date.parse(point.at) > Date.parse(latest.at) ? point : latest));
  const ahead = Date.parse(newest.at) > now.getTime() + CLOCK_AHEAD;
  const { lat, lng, heading } = newest;
  return { lat, lng, ...(heading !== undefined && { heading }), at: ahead ? now : new Date(newest.at) };
}
