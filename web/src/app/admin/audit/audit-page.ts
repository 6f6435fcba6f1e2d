import { Component, computed, effect, inject, input, resource, untracked } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import type { AuditEntry } from '@qc/contracts';
import { AdminApi } from '../../core/admin-api';
import { Button } from '../../ui/button';
import { EmptyState } from '../../ui/empty-state';
import { ErrorState } from '../../ui/error-state';
import { Icon } from '../../ui/icon';
import { Notice } from '../../ui/notice';
import { Sheets } from '../../ui/sheet';
import { Skeleton } from '../../ui/skeleton';
import { Spinner } from '../../ui/spinner';
import { ClockTimePipe, ExactTimePipe } from '../../ui/time-pipes';
import { AuditDiff } from './audit-diff';
import { AuditEntrySheet, type EntryToShow } from './audit-entry-sheet';
import { type AuditFilter, filterOf, narrowings } from './audit-filter';
import { AuditFilters } from './audit-filters';
import { AuditPeople } from './audit-people';
import { AuditStore } from './audit-store';
import { AuditTargetLink } from './audit-target';
import { wordsOf } from './audit-words';
import { deviceName, plainAddress } from './from-where';

/** Who did what, to what, from where. What is filtered stands in the address. */
@Component({
  selector: 'qc-audit-page',
  imports: [
    AuditDiff,
    AuditFilters,
    AuditTargetLink,
    Button,
    ClockTimePipe,
    EmptyState,
    ErrorState,
    ExactTimePipe,
    Icon,
    Notice,
    RouterLink,
    Skeleton,
    Spinner,
  ],
  providers: [AuditStore, AuditPeople],
  templateUrl: './audit-page.html',
})
export class AuditPage {
  private readonly api = inject(AdminApi);
  private readonly router = inject(Router);
  private readonly sheets = inject(Sheets);
  protected readonly store = inject(AuditStore);
  protected readonly people = inject(AuditPeople);
  protected readonly wordsOf = wordsOf;
  protected readonly deviceName = deviceName;
  protected readonly plainAddress = plainAddress;

  private readonly settings = resource({ loader: () => this.api.settings() });
  protected readonly currency = computed(() => (this.settings.hasValue() ? this.settings.value().currency : undefined));

  readonly action = input<string>();
  readonly actorId = input<string>();
  readonly targetId = input<string>();
  readonly role = input<string>();
  readonly from = input<string>();
  readonly to = input<string>();

  protected readonly filter = computed(() =>
    filterOf({
      action: this.action(),
      actorId: this.actorId(),
      targetId: this.targetId(),
      role: this.role(),
      from: this.from(),
      to: this.to(),
    }),
  );
  protected readonly filtered = computed(() => narrowings(this.filter()) > 0);

  constructor() {
    this.people.load();
    effect(() => {
      const filter = this.filter();
      untracked(() => void this.store.show(filter));
    });
  }

  protected narrow(queryParams: Partial<Record<keyof AuditFilter, string | null>>): Promise<boolean> {
    return this.router.navigate([], { queryParams, queryParamsHandling: 'merge', scroll: 'manual' });
  }

  protected async showWhole(entry: AuditEntry): Promise<void> {
    const data: EntryToShow = { entry, who: this.people.whoDid(entry.by), currency: this.currency() };
    const narrowing = await this.sheets.open<Partial<Record<keyof AuditFilter, string>>, EntryToShow>(
      AuditEntrySheet,
      data,
    );
    if (narrowing) await this.narrow(narrowing);
  }
}
