import type { User } from '@qc/contracts';
import type { PartnerRecord } from './partner.schema';
import type { UserRecord } from './user.schema';

/** An account as its owner and admins see it. */
export function userView(user: UserRecord, partner: PartnerRecord | null): User {
  return {
    id: user._id.toHexString(),
    email: user.email,
    role: user.role,
    profile: user.profile,
    active: user.active,
    ...(user.emailVerifiedAt && { emailVerifiedAt: user.emailVerifiedAt.toISOString() }),
    ...(user.secondFactor && { secondFactor: true }),
    ...(user.vehicle && { vehicle: user.vehicle }),
    ...(partner?.awaitsApproval && { awaitsApproval: true }),
    ...(partner && { availability: { available: partner.available, activeDeliveries: partner.activeDeliveries } }),
  };
}

/** Mean of all ratings to one decimal; null before the first. */
export function meanRating(partner: Pick<PartnerRecord, 'ratingSum' | 'ratingCount'>): number | null {
  return partner.ratingCount ? Math.round((partner.ratingSum / partner.ratingCount) * 10) / 10 : null;
}
