import { Component, computed, inject, input, output, signal } from '@angular/core';
import { ROLES } from '@qc/contracts';
import { Button } from '../../ui/button';
import { Control } from '../../ui/control';
import { Field } from '../../ui/field';
import { Icon } from '../../ui/icon';
import { type AuditFilter, narrowings } from './audit-filter';
import { AuditPeople } from './audit-people';
import { AUDIT_AREAS, shortId } from './audit-words';

/** Narrows the record. On a phone it opens at a press, so that the record itself is what is seen first. */
@Component({
  selector: 'qc-audit-filters',
  imports: [Button, Control, Field, Icon],
  host: { class: 'block' },
  templateUrl: './audit-filters.html',
})
export class AuditFilters {
  private readonly people = inject(AuditPeople);
  readonly filter = input.required<AuditFilter>();
  /** What is to be narrowed otherwise; null: no more. */
  readonly changed = output<Partial<Record<keyof AuditFilter, string | null>>>();

  protected readonly areas = AUDIT_AREAS;
  protected readonly roles = ROLES;
  protected readonly open = signal(false);
  protected readonly count = computed(() => narrowings(this.filter()));
  /** Which area the action lies in; `''`: none that is listed. */
  protected readonly area = computed(() => {
    const { action } = this.filter();
    return AUDIT_AREAS.find(({ prefix }) => action === prefix || action.startsWith(`${prefix}.`))?.prefix ?? '';
  });
  protected readonly persons = computed(() => {
    const { actorId } = this.filter();
    const known = [...this.people.known()].map(([id, { name, page }]) => ({
      id,
      name: page === '/admin/staff' ? name : `${name} (partner)`,
    }));
    const isMissing = actorId !== '' && !this.people.known().has(actorId);
    return isMissing ? [{ id: actorId, name: `Account ${shortId(actorId)}` }, ...known] : known;
  });

  protected set(name: keyof AuditFilter, value: string): void {
    this.changed.emit({ [name]: value.trim() || null });
  }

  protected clear(): void {
    this.changed.emit({ action: null, actorId: null, targetId: null, role: null, from: null, to: null });
  }
}
