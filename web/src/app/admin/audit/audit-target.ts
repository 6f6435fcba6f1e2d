import { Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { AuditEntry } from '@qc/contracts';
import { AuditPeople } from './audit-people';
import { shortId, targetName } from './audit-words';

interface Place {
  path: string;
  params?: Record<string, string>;
  fragment?: string;
}

/** What an action was done to, with a link to its page where there is one. */
@Component({
  selector: 'qc-audit-target',
  imports: [RouterLink],
  template: `
    @if (target(); as target) {
      @if (place(); as place) {
        <a
          [routerLink]="place.path"
          [queryParams]="place.params"
          [fragment]="place.fragment"
          class="inline-flex min-h-6 items-center font-medium text-brand-ink underline underline-offset-4"
          >{{ name() }}</a
        >
      } @else {
        <span>{{ name() }}</span>
      }
    }
  `,
})
export class AuditTargetLink {
  private readonly people = inject(AuditPeople);
  readonly target = input<AuditEntry['target']>();

  private readonly person = computed(() => {
    const { kind, id } = this.target() ?? {};
    return kind === 'user' && id ? this.people.known().get(id) : undefined;
  });
  protected readonly name = computed(() => {
    const { kind, id } = this.target()!;
    return (
      this.person()?.name ?? [targetName(kind), id && kind !== 'settings' && shortId(id)].filter(Boolean).join(' ')
    );
  });
  protected readonly place = computed<Place | undefined>(() => {
    const { kind, id } = this.target()!;
    const person = this.person();
    if (person) return { path: person.page, fragment: id! };
    if (kind === 'order' && id) return { path: `/admin/orders/${id}` };
    if (kind === 'product' && id) return { path: '/admin/products', params: { product: id } };
    if (kind === 'settings' || kind === 'store') return { path: '/admin/settings' };
    return kind === 'invitation' ? { path: '/admin/staff' } : undefined;
  });
}
