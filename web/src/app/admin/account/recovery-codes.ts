import { Component, inject, input, output } from '@angular/core';
import { saveFile } from '../../core/save-file';
import { Arrival } from '../../ui/arrival';
import { Button } from '../../ui/button';
import { Notice } from '../../ui/notice';
import { Toasts } from '../../ui/toasts';

/** The codes for the day the phone is lost. Who shows them forgets them when they are put away. */
@Component({
  selector: 'qc-recovery-codes',
  imports: [Arrival, Button, Notice],
  host: { class: 'block' },
  template: `
    <h3 qcArrival class="text-lg font-semibold">Your recovery codes</h3>
    <p class="mt-1 text-muted">
      Each signs you in once when you do not have your phone. Keep them where only you find them.
    </p>
    <qc-notice tone="warning" class="mt-4">They are shown this one time only.</qc-notice>
    <ul
      class="mt-4 grid gap-x-6 gap-y-2 rounded-control bg-sunken p-5 font-mono text-sm whitespace-nowrap sm:grid-cols-2"
    >
      @for (code of codes(); track code) {
        <li>{{ code }}</li>
      }
    </ul>
    <div class="mt-4 flex flex-wrap gap-3">
      <button type="button" qcButton="secondary" (click)="copy()">Copy</button>
      <button type="button" qcButton="secondary" (click)="download()">Download</button>
      <button type="button" qcButton (click)="putAway.emit()">I have kept them</button>
    </div>
  `,
})
export class RecoveryCodeList {
  private readonly toasts = inject(Toasts);
  readonly codes = input.required<readonly string[]>();
  readonly putAway = output<void>();

  protected async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.codes().join('\n'));
      this.toasts.show('Copied.', 'success');
    } catch {
      this.toasts.show('Your browser did not allow it. Download them instead.', 'warning');
    }
  }

  protected download(): void {
    saveFile('quickcommerce-recovery-codes.txt', `${this.codes().join('\n')}\n`, 'text/plain');
  }
}
