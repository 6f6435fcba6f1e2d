import { Readable } from 'node:stream';
import { Injectable, StreamableFile } from '@nestjs/common';
import type { AuditEntry, LedgerEntry, Order, PersonalData, PersonalWork } from '@qc/contracts';
import { AuditLog } from '../audit/audit-log';
import type { Actor } from '../auth/actor';
import { SessionsService } from '../auth/sessions.service';
import { OrdersService } from '../orders/orders.service';
import { Clock } from '../platform/clock';
import { Problem } from '../platform/http/problem';
import type { PartnerRecord } from '../users/partner.schema';
import { PartnersRepository } from '../users/partners.repository';
import { meanRating, userView } from '../users/user.view';
import { UsersRepository } from '../users/users.repository';
import { allOf, jsonArray } from './json-stream';
import { PersonalRecords } from './personal-records';

const AT_A_TIME = 100;

/** All that is kept about a person, for that person. */
@Injectable()
export class PersonalDataService {
  constructor(
    private readonly users: UsersRepository,
    private readonly partners: PartnersRepository,
    private readonly sessions: SessionsService,
    private readonly orders: OrdersService,
    private readonly records: PersonalRecords,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  /** `PersonalData` as JSON, read from the database as fast as it is taken. */
  async file(actor: Actor): Promise<StreamableFile> {
    const head = await this.head(actor);
    const { id, role } = actor;
    await this.audit.record({ action: 'personal-data.given', by: actor, target: { kind: 'user', id } });
    const parts = {
      orders: allOf<Order>((cursor) => this.orders.list(actor, { limit: AT_A_TIME, cursor })),
      ledger: this.records.ledgerOf(id, role),
      audit: this.records.auditOf(id),
    } satisfies Partial<Record<keyof PersonalData, AsyncIterable<Order | LedgerEntry | AuditEntry>>>;
    return new StreamableFile(Readable.from(document(head, parts)), {
      type: 'application/json; charset=utf-8',
      disposition: 'attachment; filename="personal-data.json"',
    });
  }

  private async head(actor: Actor): Promise<Omit<PersonalData, 'orders' | 'ledger' | 'audit'>> {
    const [user, partner, { items: sessions }] = await Promise.all([
      this.users.byId(actor.id),
      actor.role === 'partner' ? this.partners.byId(actor.id) : null,
      this.sessions.list(actor),
    ]);
    if (!user) throw new Problem('UNAUTHENTICATED');
    return {
      at: this.clock.now().toISOString(),
      account: { ...userView(user, partner), createdAt: user.createdAt.toISOString() },
      ...(partner && { work: workOf(partner) }),
      sessions,
    };
  }
}

function workOf({ available, position, paidOutAt, ...ratings }: PartnerRecord): PersonalWork {
  return {
    available,
    ratingCount: ratings.ratingCount,
    rating: meanRating(ratings),
    ...(position && { lastPosition: { lat: position.lat, lng: position.lng, at: position.at.toISOString() } }),
    ...(paidOutAt && { paidOutAt: paidOutAt.toISOString() }),
  };
}

async function* document(head: object, lists: Record<string, AsyncIterable<unknown>>): AsyncGenerator<string> {
  // without its closing brace
  yield JSON.stringify(head).slice(0, -1);
  for (const [name, items] of Object.entries(lists)) {
    yield `,${JSON.stringify(name)}:`;
    yield* jsonArray(items);
  }
  yield '}';
}
