import { Injectable } from '@nestjs/common';
import type { LiveStats, Page, PartnerSummary } from '@qc/contracts';
import { StoresRepository } from '../catalog/stores.repository';
import { Clock } from '../platform/clock';
import { decodeCursor, toPage } from '../platform/mongo/cursor';
import { startOfDay } from '../platform/time-zone';
import type { PartnerRecord } from '../users/partner.schema';
import { PartnersRepository } from '../users/partners.repository';
import type { UserRecord } from '../users/user.schema';
import { meanRating } from '../users/user.view';
import { UsersRepository } from '../users/users.repository';
import { BoardRepository } from './board.repository';

/** Delivery partners as an admin sees them. */
@Injectable()
export class PartnerListService {
  constructor(
    private readonly users: UsersRepository,
    private readonly partners: PartnersRepository,
    private readonly board: BoardRepository,
    private readonly stores: StoresRepository,
    private readonly clock: Clock,
  ) {}

  /** Newest account first. */
  async list(limit: number, cursor?: string): Promise<Page<PartnerSummary>> {
    const found = await this.users.ofRole('partner', limit + 1, cursor ? decodeCursor(cursor).id : undefined);
    const page = toPage(found, limit, (last) => ({ value: 0, id: last._id }));
    const ids = page.items.map(({ _id }) => _id);
    const [store] = await this.stores.all();
    const now = this.clock.now();
    const [states, delivered] = await Promise.all([
      this.partners.byIds(ids),
      this.board.deliveriesByPartner(ids, startOfDay(now, store?.timeZone ?? 'UTC'), now),
    ]);
    const stateOf = new Map(states.map((state) => [state._id.toHexString(), state]));
    return {
      items: page.items.map((user) => {
        const id = user._id.toHexString();
        return summaryOf(user, stateOf.get(id), delivered.get(id) ?? 0);
      }),
      nextCursor: page.nextCursor,
    };
  }

  async counts(): Promise<LiveStats['partners']> {
    const [total, atWork] = await Promise.all([this.users.countRole('partner'), this.partners.counts()]);
    return { total, ...atWork };
  }
}

/** A partner whose state is not there yet has just registered. */
const JUST_REGISTERED = {
  available: false,
  activeDeliveries: 0,
  ratingSum: 0,
  ratingCount: 0,
  position: undefined,
  awaitsApproval: false,
};

function summaryOf(user: UserRecord, state: PartnerRecord | undefined, deliveriesToday: number): PartnerSummary {
  const { firstName, lastName, phone } = user.profile;
  const { available, activeDeliveries, position, awaitsApproval, ...ratings } = state ?? JUST_REGISTERED;
  return {
    id: user._id.toHexString(),
    email: user.email,
    firstName,
    ...(lastName && { lastName }),
    ...(phone && { phone }),
    active: user.active,
    available,
    activeDeliveries,
    deliveriesToday,
    ...(user.vehicle && { vehicle: user.vehicle }),
    rating: meanRating(ratings),
    ...(awaitsApproval && { awaitsApproval }),
    ...(position && { location: { lat: position.lat, lng: position.lng, at: position.at.toISOString() } }),
  };
}
