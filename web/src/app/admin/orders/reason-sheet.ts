import { DIALOG_DATA, DialogRef } from '@angular/cdk/dialog';
import { Component, inject, signal } from '@angular/core';
import { Button } from '../../ui/button';
import { Sheet } from '../../ui/sheet';

export interface Question {
  title: string;
  text: string;
  confirm: string;
}

/** Says what will happen and asks why. Closes with the reason. */
@Component({
  selector: 'qc-admin-reason-sheet',
  imports: [Button, Sheet],
  template: `
    <qc-sheet [title]="question.title">
      <p class="text-muted">{{ question.text }}</p>
      <form class="mt-4" (submit)="$event.preventDefault(); confirm()">
        <label for="reason" class="mb-1.5 block text-sm font-medium">Reason</label>
        <textarea
          #area
          id="reason"
          class="field"
          rows="2"
          maxlength="500"
          [value]="reason()"
          (input)="reason.set(area.value)"
        ></textarea>
        <button type="submit" qcButton="danger" class="mt-5 w-full" [disabled]="!reason().trim()">
          {{ question.confirm }}
        </button>
      </form>
    </qc-sheet>
  `,
})
export class ReasonSheet {
  protected readonly question = inject<Question>(DIALOG_DATA);
  private readonly ref = inject<DialogRef<string>>(DialogRef);
  protected readonly reason = signal('');

  protected confirm(): void {
    if (this.reason().trim()) this.ref.close(this.reason().trim());
  }
}
