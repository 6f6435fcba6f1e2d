import { Component, input, output } from '@angular/core';
import { Button } from '../../ui/button';
import { Spinner } from '../../ui/spinner';

/** In the place of the switch, for a partner whom the shop has yet to approve. */
@Component({
  selector: 'qc-approval-notice',
  imports: [Button, Spinner],
  host: { class: 'card block p-5 sm:p-6', role: 'status' },
  template: `
    <h2 class="text-xl font-bold">Nearly there: the shop has yet to approve you</h2>
    <p class="mt-1 text-muted">
      Somebody there looks at each new partner before the first delivery. Once they have, you go online here.
    </p>
    <button
      type="button"
      qcButton="secondary"
      class="mt-4 w-full sm:w-auto"
      [disabled]="asking()"
      (click)="asked.emit()"
    >
      @if (asking()) {
        <qc-spinner label="Asking" />
      } @else {
        Look again
      }
    </button>
  `,
})
export class ApprovalNotice {
  readonly asking = input(false);
  readonly asked = output<void>();
}
