import { DIALOG_DATA, DialogRef } from '@angular/cdk/dialog';
import { Component, inject } from '@angular/core';
import { Button } from './button';
import { Sheet } from './sheet';

export interface Confirmation {
  title: string;
  /** What will happen. */
  text: string;
  confirm: string;
  danger?: boolean;
}

/** Closes with true when confirmed. */
@Component({
  selector: 'qc-confirm-sheet',
  imports: [Button, Sheet],
  template: `
    <qc-sheet [title]="question.title">
      <p class="text-muted">{{ question.text }}</p>
      <div class="mt-6 flex flex-col gap-2 sm:flex-row-reverse">
        <button
          type="button"
          [qcButton]="question.danger ? 'danger' : 'primary'"
          class="grow"
          (click)="ref.close(true)"
        >
          {{ question.confirm }}
        </button>
        <button type="button" qcButton="secondary" class="grow" (click)="ref.close()">Not now</button>
      </div>
    </qc-sheet>
  `,
})
export class ConfirmSheet {
  protected readonly question = inject<Confirmation>(DIALOG_DATA);
  protected readonly ref = inject<DialogRef<boolean>>(DialogRef);
}
