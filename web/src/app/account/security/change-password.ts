import { Component, inject, output, signal } from '@angular/core';
import { form, required } from '@angular/forms/signals';
import { Attempt } from '../../core/attempt';
import { AuthApi } from '../../core/auth-api';
import { formReady } from '../../core/form-ready';
import { NEW_PASSWORD_HINT, newPassword, newPasswordMessageOf } from '../../core/new-password';
import { hasCode } from '../../core/problem';
import { SessionStore } from '../../core/session-store';
import { Button } from '../../ui/button';
import { Notice } from '../../ui/notice';
import { PasswordField } from '../../ui/password-field';
import { Toasts } from '../../ui/toasts';

@Component({
  selector: 'qc-change-password',
  imports: [Button, Notice, PasswordField],
  host: { class: 'card block p-5 sm:p-6', role: 'region', 'aria-labelledby': 'password-title' },
  template: `
    <h2 id="password-title" class="text-xl font-semibold">Password</h2>
    <p class="mt-1 text-muted">A new one signs out all your other devices.</p>
    <form class="mt-4 space-y-5" (submit)="save($event)" novalidate>
      @if (attempt.problem(); as message) {
        <qc-notice tone="danger">{{ message }}</qc-notice>
      }
      <!-- for password managers: whose password this is -->
      <input type="text" class="hidden" autocomplete="username" readonly [value]="session.user()?.email" />
      <qc-password-field label="Current password" [of]="form.current" />
      <qc-password-field label="New password" autocomplete="new-password" [hint]="passwordHint" [of]="form.next" />
      <button qcButton="secondary" type="submit" [disabled]="attempt.busy()">Change password</button>
    </form>
  `,
})
export class ChangePassword {
  private readonly api = inject(AuthApi);
  private readonly toasts = inject(Toasts);
  protected readonly session = inject(SessionStore);

  /** The other devices are signed out now. */
  readonly changed = output<void>();

  private readonly model = signal({ current: '', next: '' });
  protected readonly form = form(this.model, (path) => {
    required(path.current, { message: 'Your current password is needed.' });
    newPassword(path.next);
  });
  protected readonly attempt = new Attempt();
  protected readonly passwordHint = NEW_PASSWORD_HINT;

  protected async save(event: Event): Promise<void> {
    if (!formReady(this.form, event)) return;
    const { current, next } = this.model();
    const saved = await this.attempt.run(
      async () => this.session.setUser(await this.api.changePassword({ currentPassword: current, newPassword: next })),
      (error) =>
        hasCode(error, 'INVALID_CREDENTIALS') ? 'The current password is not right.' : newPasswordMessageOf(error),
    );
    if (!saved) return;
    this.form().reset({ current: '', next: '' });
    this.toasts.show('Your password is changed.', 'success');
    this.changed.emit();
  }
}
