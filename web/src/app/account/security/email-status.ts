import { Component, inject } from '@angular/core';
import { SessionStore } from '../../core/session-store';
import { Badge } from '../../ui/badge';
import { SendVerification } from '../send-verification';

@Component({
  selector: 'qc-email-status',
  imports: [Badge, SendVerification],
  host: { class: 'card block p-5 sm:p-6', role: 'region', 'aria-labelledby': 'email-title' },
  template: `
    <div class="flex flex-wrap items-center justify-between gap-3">
      <h2 id="email-title" class="text-xl font-semibold">E-mail</h2>
      @if (session.user()?.emailVerifiedAt) {
        <qc-badge tone="success">Confirmed</qc-badge>
      } @else {
        <qc-badge tone="warning">Not confirmed yet</qc-badge>
      }
    </div>
    <p class="mt-1 break-words text-muted">{{ session.user()?.email }}</p>
    @if (!session.user()?.emailVerifiedAt) {
      <p class="mt-1 text-muted">Press the link that we sent there, so that a new password can always reach you.</p>
      <qc-send-verification class="mt-4" />
    }
  `,
})
export class EmailStatus {
  protected readonly session = inject(SessionStore);
}
