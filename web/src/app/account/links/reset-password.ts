import { Component, computed, inject, linkedSignal, signal } from '@angular/core';
import { form } from '@angular/forms/signals';
import { RouterLink } from '@angular/router';
import { Attempt } from '../../core/attempt';
import { formReady } from '../../core/form-ready';
import { NEW_PASSWORD_HINT, newPassword, newPasswordMessageOf } from '../../core/new-password';
import { hasCode } from '../../core/problem';
import { SecurityApi } from '../../core/security-api';
import { SessionStore } from '../../core/session-store';
import { SignInFrame } from '../../sign-in/sign-in-frame';
import { Button } from '../../ui/button';
import { Notice } from '../../ui/notice';
import { PasswordField } from '../../ui/password-field';
import { Spinner } from '../../ui/spinner';
import { linkToken } from './link-token';
import { Outcome } from './outcome';

@Component({
  selector: 'qc-reset-password',
  imports: [RouterLink, Button, Notice, Outcome, PasswordField, SignInFrame, Spinner],
  template: `
    <qc-sign-in-frame>
      @switch (state()) {
        @case ('done') {
          <qc-outcome
            title="Your password is changed"
            text="Every device was signed out. Sign in with the new password to go on."
          >
            <a qcButton routerLink="/sign-in">Sign in</a>
          </qc-outcome>
        }
        @case ('invalid') {
          <qc-outcome
            icon="unlink"
            title="This link is no longer good"
            text="It was used before, is too old, or did not come whole. Your password is as it was."
            [good]="false"
          >
            <a qcButton routerLink="/forgot">Send me a new link</a>
          </qc-outcome>
        }
        @default {
          <h1 class="text-3xl font-bold">Choose a new password</h1>
          <p class="mt-1 text-muted">It ends the old one, and signs out every device.</p>
          <form class="mt-8 space-y-5" (submit)="save($event)" novalidate>
            @if (attempt.problem(); as message) {
              <qc-notice tone="danger">{{ message }}</qc-notice>
            }
            <qc-password-field
              label="New password"
              autocomplete="new-password"
              [hint]="passwordHint"
              [of]="form.password"
            />
            <button qcButton type="submit" class="w-full" [disabled]="attempt.busy()">
              @if (attempt.busy()) {
                <qc-spinner label="Saving" />
              } @else {
                Save the new password
              }
            </button>
          </form>
        }
      }
    </qc-sign-in-frame>
  `,
})
export class ResetPassword {
  private readonly api = inject(SecurityApi);
  private readonly session = inject(SessionStore);
  private readonly token = linkToken();

  private readonly model = signal({ password: '' });
  protected readonly form = form(this.model, (path) => newPassword(path.password));
  protected readonly attempt = new Attempt();
  protected readonly passwordHint = NEW_PASSWORD_HINT;

  /** What became of the link; another link begins anew. */
  private readonly ended = linkedSignal<string | undefined, 'done' | 'invalid' | undefined>({
    source: this.token,
    computation: () => undefined,
  });
  protected readonly state = computed(() => this.ended() ?? (this.token() ? 'open' : 'invalid'));

  protected async save(event: Event): Promise<void> {
    const token = this.token();
    if (!formReady(this.form, event) || !token) return;
    const saved = await this.attempt.run(
      () => this.api.resetPassword({ token, password: this.model().password }),
      (error) => {
        if (hasCode(error, 'LINK_INVALID')) this.ended.set('invalid');
        return newPasswordMessageOf(error);
      },
    );
    if (!saved) return;
    this.model.set({ password: '' });
    this.ended.set('done');
    // whoever was signed in here: the server has just ended it
    if (this.session.signedIn()) await this.session.signOut();
  }
}
