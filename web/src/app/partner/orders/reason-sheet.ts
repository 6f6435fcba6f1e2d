import { DIALOG_DATA, DialogRef } from '@angular/cdk/dialog';
import { Component, inject, signal } from '@angular/core';
import { Button } from '../../ui/button';
import { Sheet } from '../../ui/sheet';

export interface ReasonQuestion {
  title: string;
  text: string;
  reasons: readonly string[];
  confirm: string;
}

/** Asks why. Closes with the reason. */
@Component({
  selector: 'qc-reason-sheet',
  imports: [Button, Sheet],
  template: `
    <qc-sheet [title]="question.title">
      <p class="text-muted">{{ question.text }}</p>
      <fieldset class="mt-4 space-y-2">
        <legend class="sr-only">Reason</legend>
        @for (reason of question.reasons; track reason) {
          <label
            class="flex min-h-12 cursor-pointer items-center rounded-control border border-field px-4 font-medium has-checked:border-brand has-checked:bg-brand-soft has-checked:text-brand-ink has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-brand"
          >
            <input type="radio" class="sr-only" name="reason" [value]="reason" (change)="chosen.set(reason)" />{{
              reason
            }}
          </label>
        }
      </fieldset>
      <button
        type="button"
        qcButton="danger"
        size="large"
        class="mt-5 w-full"
        [disabled]="!chosen()"
        (click)="ref.close(chosen())"
      >
        {{ question.confirm }}
      </button>
    </qc-sheet>
  `,
})
export class ReasonSheet {
  protected readonly question = inject<ReasonQuestion>(DIALOG_DATA);
  protected readonly ref = inject<DialogRef<string>>(DialogRef);
  protected readonly chosen = signal('');
}
