import { Injectable } from '@nestjs/common';
import type { StaffMember, StaffPage } from '@qc/contracts';
import { decodeCursor, toPage } from '../platform/mongo/cursor';
import type { UserRecord } from '../users/user.schema';
import { UsersRepository } from '../users/users.repository';

/** Whoever may sign in as an admin. */
@Injectable()
export class StaffService {
  constructor(private readonly users: UsersRepository) {}

  /** Newest account first. */
  async list(limit: number, cursor?: string): Promise<StaffPage> {
    const found = await this.users.ofRole('admin', limit + 1, cursor ? decodeCursor(cursor).id : undefined);
    const page = toPage(found, limit, (last) => ({ value: 0, id: last._id }));
    return { items: page.items.map(memberOf), nextCursor: page.nextCursor };
  }
}

function memberOf({ _id, email, profile, active, secondFactor = false }: UserRecord): StaffMember {
  const { firstName, lastName } = profile;
  return { id: _id.toHexString(), email, firstName, ...(lastName && { lastName }), active, secondFactor };
}
