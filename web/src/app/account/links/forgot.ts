import { Component, inject, signal } from '@angular/core';
import { email, FormField, form, required } from '@angular/forms/signals';
import { RouterLink } from '@angular/router';
import { Attempt } from '../../core/attempt';
import { formReady } from '../../core/form-ready';
import { SecurityApi } from '../../core/security-api';
import { SignInFrame } from '../../sign-in/sign-in-frame';
import { Button } from '../../ui/button';
import { Control } from '../../ui/control';
import { Field } from '../../ui/field';
import { Notice } from '../../ui/notice';
import { Spinner } from '../../ui/spinner';
import { Outcome } from './outcome';

/** Says the same whether or not there is such an account: who has one is nobody else's business. */
@Component({
  selector: 'qc-forgot',
  imports: [FormField, RouterLink, Button, Control, Field, Notice, Outcome, SignInFrame, Spinner],
  template: `
    <qc-sign-in-frame>
      @if (sentTo(); as address) {
        <qc-outcome
          icon="mail"
          title="Look in your inbox"
          [text]="
            'If there is an account with ' +
            address +
            ', a link to a new password is on its way. Nothing came? Look among the spam, or check the address.'
          "
        >
          <a qcButton routerLink="/sign-in">Back to sign-in</a>
          <button type="button" qcButton="secondary" (click)="sentTo.set(undefined)">Another address</button>
        </qc-outcome>
      } @else {
        <h1 class="text-3xl font-bold">Forgot your password?</h1>
        <p class="mt-1 text-muted">Tell us your e-mail, and we send you a link to choose a new one.</p>
        <form class="mt-8 space-y-5" (submit)="send($event)" novalidate>
          @if (attempt.problem(); as message) {
            <qc-notice tone="danger">{{ message }}</qc-notice>
          }
          <qc-field label="E-mail" [of]="form.email">
            <input qcControl type="email" autocomplete="username" inputmode="email" [formField]="form.email" />
          </qc-field>
          <button qcButton type="submit" class="w-full" [disabled]="attempt.busy()">
            @if (attempt.busy()) {
              <qc-spinner label="Sending" />
            } @else {
              Send the link
            }
          </button>
        </form>
        <p class="mt-6">
          <a routerLink="/sign-in" class="font-semibold text-brand-ink underline underline-offset-4">Back to sign-in</a>
        </p>
      }
    </qc-sign-in-frame>
  `,
})
export class Forgot {
  private readonly api = inject(SecurityApi);

  private readonly model = signal({ email: '' });
  protected readonly form = form(this.model, (path) => {
    required(path.email, { message: 'Your e-mail is needed.' });
    email(path.email, { message: 'This is no e-mail address.' });
  });
  protected readonly attempt = new Attempt();
  protected readonly sentTo = signal<string | undefined>(undefined);

  protected async send(event: Event): Promise<void> {
    if (!formReady(this.form, event)) return;
    const address = this.model().email.trim();
    if (await this.attempt.run(() => this.api.forgotPassword(address))) this.sentTo.set(address);
  }
}
