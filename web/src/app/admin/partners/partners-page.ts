import { Component, computed, DestroyRef, inject, input, resource } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { RouterLink } from '@angular/router';
import type { PartnerSummary } from '@qc/contracts';
import { Icon } from '../../ui/icon';
import { AdminApi } from '../../core/admin-api';
import { messageOf } from '../../core/problem';
import { Realtime } from '../../core/realtime';
import { Badge, type Tone } from '../../ui/badge';
import { Button } from '../../ui/button';
import { ConfirmSheet, type Confirmation } from '../../ui/confirm-sheet';
import { EmptyState } from '../../ui/empty-state';
import { ErrorState } from '../../ui/error-state';
import { Sheets } from '../../ui/sheet';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { ticker } from '../../ui/ticker';
import { AgoPipe } from '../../ui/time-pipes';
import { Toasts } from '../../ui/toasts';
import { AdminFeed } from '../admin-feed';
import { isWaiting, PartnersStore } from './partners-store';

/** Milliseconds: availability is told by no event. */
const READ_EVERY = 15_000;
/** Milliseconds. */
const POSITION_OLD = 120_000;

/** By what `show` in the address says; none: everybody. */
const SHOWN: Record<string, { label: string; has: (partner: PartnerSummary) => boolean }> = {
  waiting: { label: 'Waits for approval', has: isWaiting },
  online: { label: 'Online', has: ({ active, available }) => active && available },
  deactivated: { label: 'Deactivated', has: ({ active }) => !active },
};

@Component({
  selector: 'qc-partners-page',
  imports: [Icon, RouterLink, AgoPipe, Badge, Button, EmptyState, ErrorState, Notice, Skeleton],
  templateUrl: './partners-page.html',
})
export class PartnersPage {
  private readonly api = inject(AdminApi);
  private readonly sheets = inject(Sheets);
  private readonly toasts = inject(Toasts);
  protected readonly store = inject(PartnersStore);
  protected readonly now = ticker(5000);

  /** What is filtered stands in the address. */
  readonly show = input<string>();
  protected readonly chips = [
    { value: null, label: 'All' },
    ...Object.entries(SHOWN).map(([value, { label }]) => ({ value, label })),
  ];
  protected readonly isWaiting = isWaiting;
  private readonly security = resource({ loader: () => this.api.security() });
  /** Where nobody needs an approval there is none to take back. */
  protected readonly verification = computed(
    () => this.security.hasValue() && this.security.value().partnerVerification,
  );
  /** Whoever waits for an answer comes first. */
  protected readonly partners = computed(() => {
    const has = SHOWN[this.show() ?? '']?.has ?? (() => true);
    return this.store
      .partners()
      .filter(has)
      .toSorted((a, b) => Number(isWaiting(b)) - Number(isWaiting(a)));
  });

  constructor() {
    void this.store.load();
    const timer = setInterval(() => void this.store.load(), READ_EVERY);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
    inject(Realtime)
      .on('partnerLocation')
      .pipe(takeUntilDestroyed())
      .subscribe((position) => this.store.move(position));
    inject(AdminFeed)
      .events.pipe(takeUntilDestroyed())
      .subscribe(() => this.store.readSoon());
  }

  protected stateOf({ active, available, activeDeliveries, awaitsApproval }: PartnerSummary): {
    label: string;
    tone: Tone;
  } {
    if (!active) return { label: 'Deactivated', tone: 'danger' };
    if (awaitsApproval) return { label: 'Waits for approval', tone: 'warning' };
    if (activeDeliveries)
      return { label: `Delivering (${activeDeliveries})${available ? '' : ', offline'}`, tone: 'info' };
    return available ? { label: 'Online', tone: 'success' } : { label: 'Offline', tone: 'neutral' };
  }

  /** A position this old says where a partner was, not where one is. */
  protected isOld({ location }: PartnerSummary): boolean {
    return !!location && this.now() - Date.parse(location.at) > POSITION_OLD;
  }

  protected async setActive({ id, firstName, active }: PartnerSummary): Promise<void> {
    const question: Confirmation = active
      ? {
          title: `Deactivate ${firstName}?`,
          text: 'Signed out on every device at once, and no new orders. Deliveries under way stay with this partner: unassign them if need be.',
          confirm: 'Deactivate',
          danger: true,
        }
      : { title: `Activate ${firstName}?`, text: 'May sign in and go online again.', confirm: 'Activate' };
    await this.attempt(question, () => this.store.setActive(id, !active));
  }

  protected async approve({ id, firstName }: PartnerSummary): Promise<void> {
    const question: Confirmation = {
      title: `Approve ${firstName}?`,
      text: 'May go online and take orders from now on.',
      confirm: 'Approve',
    };
    await this.attempt(question, () => this.store.approve(id, true));
  }

  protected async revoke({ id, firstName }: PartnerSummary): Promise<void> {
    const question: Confirmation = {
      title: `Take ${firstName}’s approval back?`,
      text: 'No new orders until you approve again. Deliveries under way stay with this partner.',
      confirm: 'Take back',
      danger: true,
    };
    await this.attempt(question, () => this.store.approve(id, false));
  }

  private async attempt(question: Confirmation, work: () => Promise<void>): Promise<void> {
    if (!(await this.sheets.open<boolean, Confirmation>(ConfirmSheet, question))) return;
    try {
      await work();
    } catch (error) {
      this.toasts.show(messageOf(error), 'danger');
    }
  }
}
