import { Component, DestroyRef, inject } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import type { PartnerSummary } from '@qc/contracts';
import { Icon } from '../../ui/icon';
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
import { PartnersStore } from './partners-store';

/** Milliseconds: availability is told by no event. */
const READ_EVERY = 15_000;
/** Milliseconds. */
const POSITION_OLD = 120_000;

@Component({
  selector: 'qc-partners-page',
  imports: [Icon, AgoPipe, Badge, Button, EmptyState, ErrorState, Notice, Skeleton],
  templateUrl: './partners-page.html',
})
export class PartnersPage {
  private readonly sheets = inject(Sheets);
  private readonly toasts = inject(Toasts);
  protected readonly store = inject(PartnersStore);
  protected readonly now = ticker(5000);

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

  protected stateOf({ active, available, activeDeliveries }: PartnerSummary): { label: string; tone: Tone } {
    if (!active) return { label: 'Deactivated', tone: 'danger' };
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
    if (!(await this.sheets.open<boolean, Confirmation>(ConfirmSheet, question))) return;
    try {
      await this.store.setActive(id, !active);
    } catch (error) {
      this.toasts.show(messageOf(error), 'danger');
    }
  }
}
