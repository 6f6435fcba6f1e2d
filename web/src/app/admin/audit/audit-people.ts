import { computed, inject, Injectable } from '@angular/core';
import type { AuditEntry, Id } from '@qc/contracts';
import { PartnersStore } from '../partners/partners-store';
import { nameOf } from '../staff/name-of';
import { StaffStore } from '../staff/staff-store';
import { shortId } from './audit-words';

export interface KnownPerson {
  name: string;
  /** The page that lists this person. */
  page: '/admin/staff' | '/admin/partners';
}

/** Names for the ids in the record, which itself holds none: of the team and of the delivery partners. */
@Injectable()
export class AuditPeople {
  private readonly staff = inject(StaffStore);
  private readonly partners = inject(PartnersStore);

  readonly known = computed<ReadonlyMap<Id, KnownPerson>>(() => {
    const partners = this.partners.partners().map((one) => [one.id, { name: nameOf(one), page: '/admin/partners' }]);
    const staff = this.staff.staff().map((one) => [one.id, { name: nameOf(one), page: '/admin/staff' }]);
    return new Map([...partners, ...staff] as [Id, KnownPerson][]);
  });

  /** Without names the record still reads: a failure here is silent. */
  load(): void {
    void this.staff.load();
    void this.partners.load();
  }

  /** `Asha Rao`, `Customer …a1b2c3`, or who there is without an id. */
  whoDid({ id, role }: AuditEntry['by']): string {
    if (!id) return role === 'system' ? 'The system' : 'Nobody signed in';
    const kind = role ? role.charAt(0).toUpperCase() + role.slice(1) : 'Account';
    return this.known().get(id)?.name ?? `${kind} ${shortId(id)}`;
  }

  /** The role, where the name does not say it already. */
  roleBeside({ id, role }: AuditEntry['by']): string | undefined {
    return id && this.known().has(id) ? role : undefined;
  }
}
