import { Component, inject, signal } from '@angular/core';
import { Attempt } from '../core/attempt';
import { SecurityApi } from '../core/security-api';
import { Button } from '../ui/button';

/** Has the link that confirms the e-mail sent once more, and says so. */
@Component({
  selector: 'qc-send-verification',
  imports: [Button],
  host: { class: 'flex flex-wrap items-center gap-x-4 gap-y-2' },
  template: `
    <button type="button" qcButton="secondary" size="small" [disabled]="attempt.busy() || sent()" (click)="send()">
      Send the link again
    </button>
    <span class="text-sm" aria-live="polite">{{ sent() ? 'Sent: look in your inbox.' : attempt.problem() }}</span>
  `,
})
export class SendVerification {
  private readonly api = inject(SecurityApi);
  protected readonly attempt = new Attempt();
  protected readonly sent = signal(false);

  protected async send(): Promise<void> {
    if (await this.attempt.run(() => this.api.sendVerification())) this.sent.set(true);
  }
}
