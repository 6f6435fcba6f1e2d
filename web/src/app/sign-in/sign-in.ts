import { Component, inject, input, signal } from '@angular/core';
import { FormField, form, required } from '@angular/forms/signals';
import { Router, RouterLink } from '@angular/router';
import type { Login } from '@qc/contracts';
import { AuthApi } from '../core/auth-api';
import { messageOf } from '../core/problem';
import { pageAfterSignIn } from '../core/role-guard';
import { SessionStore } from '../core/session-store';
import { Button } from '../ui/button';
import { Control } from '../ui/control';
import { Field } from '../ui/field';
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
  imports: [FormField, RouterLink, Button, Control, Field, Notice, SignInFrame, Spinner],
  templateUrl: './sign-in.html',
})
export class SignIn {
  private readonly session = inject(SessionStore);
  private readonly router = inject(Router);

  /** Where the visitor wanted to go. */
  readonly next = input<string>();

  private readonly model = signal<Login>({ email: '', password: '' });
  protected readonly form = form(this.model, (path) => {
    required(path.email, { message: 'Your e-mail is needed.' });
    required(path.password, { message: 'Your password is needed.' });
  });
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
    await this.enter(this.model());
  }

  protected tryDemo(email: string): Promise<void> {
    this.model.set({ email, password: DEMO_PASSWORD });
    return this.enter(this.model());
  }

  private async enter(login: Login): Promise<void> {
    this.busy.set(true);
    this.error.set(undefined);
    try {
      await this.session.signIn(login);
      await this.router.navigateByUrl(pageAfterSignIn(this.next(), this.session.role()));
    } catch (error) {
      this.error.set(messageOf(error));
    } finally {
      this.busy.set(false);
    }
  }
}
