import { afterNextRender, Component, inject, output, signal } from '@angular/core';
import { FormField, form, pattern, required } from '@angular/forms/signals';
import type { SecondFactorSetup as Setup } from '@qc/contracts';
import { Attempt } from '../../core/attempt';
import { formReady } from '../../core/form-ready';
import { formMessageOf, hasCode } from '../../core/problem';
import { SecurityApi } from '../../core/security-api';
import { Arrival } from '../../ui/arrival';
import { Button } from '../../ui/button';
import { Control } from '../../ui/control';
import { Field } from '../../ui/field';
import { Notice } from '../../ui/notice';
import { PasswordField } from '../../ui/password-field';
import { QrCode } from './qr-code';

/** Password, then the code to scan, then the proof that the app has it. */
@Component({
  selector: 'qc-second-factor-setup',
  imports: [Arrival, FormField, Button, Control, Field, Notice, PasswordField, QrCode],
  host: { class: 'block' },
  template: `
    @if (setup(); as given) {
      <form class="space-y-5" (submit)="confirm($event)" novalidate>
        @if (attempt.problem(); as message) {
          <qc-notice tone="danger">{{ message }}</qc-notice>
        }
        <div class="flex flex-col gap-5 sm:flex-row">
          <qc-qr-code
            class="mx-auto w-56 shrink-0 sm:mx-0"
            label="QR code for your authenticator app"
            [text]="given.uri"
          />
          <div class="min-w-0">
            <h3 qcArrival class="font-semibold">1. Scan this with your authenticator app</h3>
            <p class="mt-1 text-muted">Or type this secret into it:</p>
            <p class="mt-2 rounded-control bg-sunken px-4 py-3 font-mono break-all select-all">{{ given.secret }}</p>
          </div>
        </div>
        <div>
          <h3 class="mb-2 font-semibold">2. Enter the code that the app shows</h3>
          <qc-field label="Code" hint="Six digits. A new one comes every 30 seconds." [of]="codeForm.code">
            <input
              qcControl
              class="max-w-48 text-xl tracking-widest tabular-nums"
              inputmode="numeric"
              autocomplete="one-time-code"
              [formField]="codeForm.code"
            />
          </qc-field>
        </div>
        <div class="flex flex-wrap gap-3">
          <button qcButton type="submit" [disabled]="attempt.busy()">Turn it on</button>
          <button type="button" qcButton="secondary" (click)="left.emit()">Not now</button>
        </div>
      </form>
    } @else {
      <form class="space-y-5" (submit)="start($event)" novalidate>
        @if (attempt.problem(); as message) {
          <qc-notice tone="danger">{{ message }}</qc-notice>
        }
        <qc-password-field label="Your password" hint="So that nobody else does this for you." [of]="form.password" />
        <div class="flex flex-wrap gap-3">
          <button qcButton type="submit" [disabled]="attempt.busy()">Go on</button>
          <button type="button" qcButton="secondary" (click)="left.emit()">Not now</button>
        </div>
      </form>
    }
  `,
})
export class SecondFactorSetup {
  private readonly api = inject(SecurityApi);

  /** It is on: the recovery codes, which come this once. */
  readonly turnedOn = output<readonly string[]>();
  readonly left = output<void>();

  private readonly model = signal({ password: '' });
  protected readonly form = form(this.model, (path) =>
    required(path.password, { message: 'Your password is needed.' }),
  );
  private readonly codeModel = signal({ code: '' });
  protected readonly codeForm = form(this.codeModel, (path) => {
    required(path.code, { message: 'The code of the app is needed.' });
    pattern(path.code, /^\s*\d{3}\s?\d{3}\s*$/, { message: 'Six digits, such as 123 456.' });
  });
  protected readonly attempt = new Attempt();
  protected readonly setup = signal<Setup | undefined>(undefined);

  constructor() {
    afterNextRender(() => this.form.password().focusBoundControl());
  }

  protected async start(event: Event): Promise<void> {
    if (!formReady(this.form, event)) return;
    await this.attempt.run(
      async () => this.setup.set(await this.api.setUpSecondFactor(this.model().password)),
      (error) => (hasCode(error, 'INVALID_CREDENTIALS') ? 'That password is not right.' : formMessageOf(error)),
    );
    if (this.setup()) this.model.set({ password: '' });
  }

  protected async confirm(event: Event): Promise<void> {
    if (!formReady(this.codeForm, event)) return;
    await this.attempt.run(async () => {
      const { codes } = await this.api.confirmSecondFactor(this.codeModel().code.replaceAll(/\s/g, ''));
      this.turnedOn.emit(codes);
    });
  }
}
