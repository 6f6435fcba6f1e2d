import { Component, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { Id, Invitation, StaffMember } from '@qc/contracts';
import { messageOf } from '../../core/problem';
import { SessionStore } from '../../core/session-store';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { ConfirmSheet, type Confirmation } from '../../ui/confirm-sheet';
import { EmptyState } from '../../ui/empty-state';
import { ErrorState } from '../../ui/error-state';
import { Icon } from '../../ui/icon';
import { Notice } from '../../ui/notice';
import { Sheets } from '../../ui/sheet';
import { Skeleton } from '../../ui/skeleton';
import { ticker } from '../../ui/ticker';
import { AgoPipe, ClockTimePipe } from '../../ui/time-pipes';
import { Toasts } from '../../ui/toasts';
import { nameOf } from './name-of';
import { InviteForm } from './invite-form';
import { StaffStore } from './staff-store';

/** Who runs the shop: admins, and who is invited to be one. */
@Component({
  selector: 'qc-staff-page',
  imports: [
    AgoPipe,
    Badge,
    Button,
    ClockTimePipe,
    EmptyState,
    ErrorState,
    Icon,
    InviteForm,
    Notice,
    RouterLink,
    Skeleton,
  ],
  templateUrl: './staff-page.html',
})
export class StaffPage {
  private readonly sheets = inject(Sheets);
  private readonly toasts = inject(Toasts);
  protected readonly session = inject(SessionStore);
  protected readonly store = inject(StaffStore);
  protected readonly now = ticker(10_000);
  protected readonly nameOf = nameOf;

  constructor() {
    void this.store.load();
  }

  protected isOver({ expiresAt }: Invitation): boolean {
    return Date.parse(expiresAt) <= this.now();
  }

  protected inviterOf({ invitedBy }: Invitation): string {
    if (invitedBy === this.session.user()?.id) return 'you';
    const member = this.store.staff().find(({ id }) => id === invitedBy);
    return member ? nameOf(member) : 'an admin';
  }

  protected async takeBack({ id, email }: Invitation): Promise<void> {
    const question: Confirmation = {
      title: 'Take the invitation back?',
      text: `The link that was sent to ${email} stops working at once.`,
      confirm: 'Take back',
      danger: true,
    };
    if (await this.ask(question)) await this.attempt(() => this.store.takeBack(id), 'Taken back.');
  }

  protected async setActive(member: StaffMember): Promise<void> {
    const name = nameOf(member);
    const question: Confirmation = member.active
      ? {
          title: `Deactivate ${name}?`,
          text: 'Signed out on every device at once, and may not sign in again. What this admin did stays in the audit.',
          confirm: 'Deactivate',
          danger: true,
        }
      : { title: `Activate ${name}?`, text: 'May sign in as an admin again.', confirm: 'Activate' };
    if (await this.ask(question)) await this.attempt(() => this.store.setActive(member.id, !member.active));
  }

  protected isSelf(id: Id): boolean {
    return id === this.session.user()?.id;
  }

  private ask(question: Confirmation): Promise<boolean | undefined> {
    return this.sheets.open<boolean, Confirmation>(ConfirmSheet, question);
  }

  private async attempt(work: () => Promise<void>, done?: string): Promise<void> {
    try {
      await work();
      if (done) this.toasts.show(done, 'success');
    } catch (error) {
      this.toasts.show(messageOf(error), 'danger');
    }
  }
}
