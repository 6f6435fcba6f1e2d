import { afterNextRender, Component, inject, Injector, input, signal } from '@angular/core';
import { FormField, form, required } from '@angular/forms/signals';
import { Router, RouterLink } from '@angular/router';
import type { Login } from '@qc/contracts';
import { AuthApi } from '../core/auth-api';
import { hasCode, messageOf } from '../core/problem';
import { pageAfterSignIn } from '../core/role-guard';
import { SessionStore } from '../core/session-store';
import { Button } from '../ui/button';
import { Control } from '../ui/control';
import { Field } from '../ui/field';
import { Icon } from '../ui/icon';
import { Notice } from '../ui/notice';
import { Spinner } from '../ui/spinner';
import { SignInFrame } from './sign-in-frame';

const DEMO = [
  { who: 'Customer', email: 'customer@demo.test' },
  { who: 'Partner', email: 'partner@demo.test' },
  { who: 'Partner 2', email: 'partner2@demo.test' },
  { who: 'Admin', email: 'admin@demo.test' },
] as const;
const DEMO_PASSWORD = 'Demo-pass-123';

@Component({
  selector: 'qc-sign-in',
  imports: [FormField, RouterLink, Button, Control, Field, Icon, Notice, SignInFrame, Spinner],
  templateUrl: './sign-in.html',
})
export class SignIn {
  private readonly session = inject(SessionStore);
  private readonly router = inject(Router);
  private readonly injector = inject(Injector);

  /** Where the visitor wanted to go. */
  readonly next = input<string>();

  private readonly model = signal({ email: '', password: '', code: '' });
  /** The password was right, and a code of the second factor is asked for. */
  protected readonly codeAsked = signal(false);
  protected readonly form = form(this.model, (path) => {
    required(path.email, { message: 'Your e-mail is needed.' });
    required(path.password, { message: 'Your password is needed.' });
    required(path.code, { message: 'The code is needed.', when: () => this.codeAsked() });
  });
  /** Instead of the app's digits; a keyboard of digits could not write it. */
  protected readonly withRecoveryCode = signal(false);
  protected readonly demo = signal<readonly { who: string; email: string }[]>([]);
  protected readonly error = signal<string | undefined>(undefined);
  protected readonly busy = signal(false);

  constructor() {
    inject(AuthApi)
      .config()
      .then(({ demo }) => this.demo.set(demo ? DEMO : []))
      .catch(() => undefined);
  }

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    this.form().markAsTouched();
    if (this.busy()) return;
    if (!this.form().valid()) return this.form().errorSummary()[0]?.fieldTree().focusBoundControl();
    await this.enter();
  }

  protected tryDemo(email: string): Promise<void> {
    this.model.set({ email, password: DEMO_PASSWORD, code: '' });
    return this.enter();
  }

  protected askForCode(): void {
    this.codeAsked.set(true);
    this.form.code().reset('');
    afterNextRender(() => this.form.code().focusBoundControl(), { injector: this.injector });
  }

  protected switchCode(): void {
    this.withRecoveryCode.update((recovery) => !recovery);
    this.askForCode();
  }

  /** Back to e-mail and password; nothing of the try is kept. */
  protected startAgain(): void {
    this.codeAsked.set(false);
    this.withRecoveryCode.set(false);
    this.error.set(undefined);
    this.form().reset({ email: this.model().email, password: '', code: '' });
  }

  private async enter(): Promise<void> {
    this.busy.set(true);
    this.error.set(undefined);
    try {
      await this.session.signIn(this.request());
      await this.router.navigateByUrl(pageAfterSignIn(this.next(), this.session.role()));
    } catch (error) {
      this.refused(error);
    } finally {
      this.busy.set(false);
    }
  }

  private refused(error: unknown): void {
    if (hasCode(error, 'SECOND_FACTOR_REQUIRED')) return this.askForCode();
    if (hasCode(error, 'SECOND_FACTOR_WRONG')) this.askForCode();
    if (hasCode(error, 'INVALID_CREDENTIALS') && this.codeAsked()) this.startAgain();
    this.error.set(messageOf(error));
  }

  private request(): Login {
    const { email, password, code } = this.model();
    return { email, password, ...(this.codeAsked() && { code: code.replaceAll(/\s/g, '') }) };
  }
}
