import { Component, computed, inject, linkedSignal, signal } from '@angular/core';
import { FormField, form, maxLength, required } from '@angular/forms/signals';
import { Router, RouterLink } from '@angular/router';
import { Attempt } from '../../core/attempt';
import { formReady } from '../../core/form-ready';
import { NEW_PASSWORD_HINT, newPassword, newPasswordMessageOf } from '../../core/new-password';
import { hasCode } from '../../core/problem';
import { homeOf } from '../../core/role-guard';
import { SecurityApi } from '../../core/security-api';
import { SessionStore } from '../../core/session-store';
import { SignInFrame } from '../../sign-in/sign-in-frame';
import { Button } from '../../ui/button';
import { Control } from '../../ui/control';
import { Field } from '../../ui/field';
import { Notice } from '../../ui/notice';
import { PasswordField } from '../../ui/password-field';
import { Spinner } from '../../ui/spinner';
import { linkToken } from './link-token';
import { Outcome } from './outcome';

/** Where an invited admin becomes one. */
@Component({
  selector: 'qc-invitation',
  imports: [FormField, RouterLink, Button, Control, Field, Notice, Outcome, PasswordField, SignInFrame, Spinner],
  template: `
    <qc-sign-in-frame>
      @if (invalid()) {
        <qc-outcome
          icon="unlink"
          title="This invitation is no longer good"
          text="It was used or taken back, is too old, or the link did not come whole. Ask whoever invited you for a new one."
          [good]="false"
        >
          <a qcButton routerLink="/sign-in">Go to sign-in</a>
        </qc-outcome>
      } @else {
        <h1 class="text-3xl font-bold">Welcome to the team</h1>
        <p class="mt-1 text-muted">You were invited to run the shop. Choose a password, and you are in.</p>
        <form class="mt-8 space-y-5" (submit)="accept($event)" novalidate>
          @if (attempt.problem(); as message) {
            <qc-notice tone="danger">{{ message }}</qc-notice>
          }
          <div class="grid gap-5 sm:grid-cols-2">
            <qc-field label="First name" [of]="form.firstName">
              <input qcControl autocomplete="given-name" [formField]="form.firstName" />
            </qc-field>
            <qc-field label="Last name" [optional]="true" [of]="form.lastName">
              <input qcControl autocomplete="family-name" [formField]="form.lastName" />
            </qc-field>
          </div>
          <qc-password-field label="Password" autocomplete="new-password" [hint]="passwordHint" [of]="form.password" />
          <button qcButton type="submit" class="w-full" [disabled]="attempt.busy()">
            @if (attempt.busy()) {
              <qc-spinner label="Accepting" />
            } @else {
              Accept the invitation
            }
          </button>
        </form>
      }
    </qc-sign-in-frame>
  `,
})
export class Invitation {
  private readonly api = inject(SecurityApi);
  private readonly router = inject(Router);
  private readonly session = inject(SessionStore);
  private readonly token = linkToken();

  private readonly model = signal({ firstName: '', lastName: '', password: '' });
  protected readonly form = form(this.model, (path) => {
    required(path.firstName, { message: 'Your first name is needed.' });
    for (const name of [path.firstName, path.lastName]) maxLength(name, 60, { message: 'At most 60 characters.' });
    newPassword(path.password);
  });
  protected readonly attempt = new Attempt();
  protected readonly passwordHint = NEW_PASSWORD_HINT;

  private readonly refused = linkedSignal({ source: this.token, computation: () => false });
  protected readonly invalid = computed(() => this.refused() || !this.token());

  protected async accept(event: Event): Promise<void> {
    const token = this.token();
    if (!formReady(this.form, event) || !token) return;
    await this.attempt.run(
      async () => {
        const { firstName, lastName, password } = this.model();
        const profile = { firstName, ...(lastName.trim() && { lastName }) };
        this.session.enter(await this.api.acceptInvitation({ token, password, profile }));
        await this.router.navigateByUrl(homeOf(this.session.role()));
      },
      (error) => {
        if (hasCode(error, 'LINK_INVALID')) this.refused.set(true);
        return newPasswordMessageOf(error);
      },
    );
  }
}
