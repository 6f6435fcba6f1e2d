import { afterNextRender, Component, inject, output, signal } from '@angular/core';
import { FormField, form, required } from '@angular/forms/signals';
import { Attempt } from '../../core/attempt';
import { formReady } from '../../core/form-ready';
import { formMessageOf, hasCode } from '../../core/problem';
import { SecurityApi } from '../../core/security-api';
import { Button } from '../../ui/button';
import { Control } from '../../ui/control';
import { Field } from '../../ui/field';
import { Notice } from '../../ui/notice';
import { PasswordField } from '../../ui/password-field';

@Component({
  selector: 'qc-second-factor-removal',
  imports: [FormField, Button, Control, Field, Notice, PasswordField],
  host: { class: 'block' },
  template: `
    <form class="space-y-5" (submit)="remove($event)" novalidate>
      @if (attempt.problem(); as message) {
        <qc-notice tone="danger">{{ message }}</qc-notice>
      }
      <qc-password-field label="Your password" [of]="form.password" />
      <qc-field label="Code" hint="Of your authenticator app, or one of your recovery codes." [of]="form.code">
        <input
          qcControl
          autocomplete="one-time-code"
          autocapitalize="none"
          spellcheck="false"
          [formField]="form.code"
        />
      </qc-field>
      <div class="flex flex-wrap gap-3">
        <button qcButton="danger" type="submit" [disabled]="attempt.busy()">Turn it off</button>
        <button type="button" qcButton="secondary" (click)="left.emit()">Keep it on</button>
      </div>
    </form>
  `,
})
export class SecondFactorRemoval {
  private readonly api = inject(SecurityApi);

  readonly turnedOff = output<void>();
  readonly left = output<void>();

  private readonly model = signal({ password: '', code: '' });
  protected readonly form = form(this.model, (path) => {
    required(path.password, { message: 'Your password is needed.' });
    required(path.code, { message: 'A code is needed.' });
  });
  protected readonly attempt = new Attempt();

  constructor() {
    afterNextRender(() => this.form.password().focusBoundControl());
  }

  protected async remove(event: Event): Promise<void> {
    if (!formReady(this.form, event)) return;
    const { password, code } = this.model();
    const removed = await this.attempt.run(
      () => this.api.removeSecondFactor({ password, code: code.trim() }),
      (error) => (hasCode(error, 'INVALID_CREDENTIALS') ? 'That password is not right.' : formMessageOf(error)),
    );
    if (removed) this.turnedOff.emit();
  }
}
