import { DialogRef } from '@angular/cdk/dialog';
import { Component, inject, signal } from '@angular/core';
import { form, required } from '@angular/forms/signals';
import { Attempt } from '../../core/attempt';
import { formReady } from '../../core/form-ready';
import { formMessageOf, hasCode } from '../../core/problem';
import { SecurityApi } from '../../core/security-api';
import { Button } from '../../ui/button';
import { Notice } from '../../ui/notice';
import { PasswordField } from '../../ui/password-field';
import { Sheet } from '../../ui/sheet';
import { Spinner } from '../../ui/spinner';

/** Closes with true when the account is gone. */
@Component({
  selector: 'qc-erase-sheet',
  imports: [Button, Notice, PasswordField, Sheet, Spinner],
  template: `
    <qc-sheet title="Delete your account?">
      <p>This is for good, and nobody can bring it back.</p>
      <ul class="mt-3 list-disc space-y-1 pl-5 text-muted">
        <li>Your name, e-mail, phone and addresses are deleted, and every device is signed out.</li>
        <li>Your orders stay with the shop as bookkeeping: what was sold, when and for how much, but not to whom.</li>
      </ul>
      <form class="mt-5 space-y-5" (submit)="erase($event)" novalidate>
        @if (attempt.problem(); as message) {
          <qc-notice tone="danger">{{ message }}</qc-notice>
        }
        <qc-password-field label="Your password" [of]="form.password" />
        <div class="flex flex-col gap-2 sm:flex-row-reverse">
          <button qcButton="danger" type="submit" class="grow" [disabled]="attempt.busy()">
            @if (attempt.busy()) {
              <qc-spinner label="Deleting" />
            } @else {
              Delete my account
            }
          </button>
          <button type="button" qcButton="secondary" class="grow" (click)="ref.close()">Keep it</button>
        </div>
      </form>
    </qc-sheet>
  `,
})
export class EraseSheet {
  private readonly api = inject(SecurityApi);
  protected readonly ref = inject<DialogRef<boolean>>(DialogRef);

  private readonly model = signal({ password: '' });
  protected readonly form = form(this.model, (path) =>
    required(path.password, { message: 'Your password is needed.' }),
  );
  protected readonly attempt = new Attempt();

  protected async erase(event: Event): Promise<void> {
    if (!formReady(this.form, event)) return;
    if (await this.attempt.run(() => this.api.erase(this.model().password), explain)) this.ref.close(true);
  }
}

function explain(error: unknown): string {
  if (hasCode(error, 'INVALID_CREDENTIALS')) return 'That password is not right.';
  if (hasCode(error, 'ORDERS_OPEN'))
    return 'An order of yours is still under way. Wait until it is closed, or cancel it.';
  return formMessageOf(error);
}
