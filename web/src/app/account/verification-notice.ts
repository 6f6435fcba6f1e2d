import { Component, inject } from '@angular/core';
import { SessionStore } from '../core/session-store';
import { Notice } from '../ui/notice';
import { SendVerification } from './send-verification';

/** For where the shop refused because the e-mail is not confirmed: what to do about it. */
@Component({
  selector: 'qc-verification-notice',
  imports: [Notice, SendVerification],
  host: { class: 'block' },
  template: `
    <qc-notice tone="warning">
      <p class="text-base font-semibold">Confirm your e-mail first</p>
      <p class="mt-0.5">A link is in the inbox of {{ session.user()?.email }}. Press it, then try again here.</p>
      <qc-send-verification class="mt-3" />
    </qc-notice>
  `,
})
export class VerificationNotice {
  protected readonly session = inject(SessionStore);
}
