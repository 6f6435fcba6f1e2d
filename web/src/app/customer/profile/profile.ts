import { Component, inject, signal } from '@angular/core';
import { FormField, form, maxLength, pattern, required } from '@angular/forms/signals';
import { SecuritySection } from '../../account/security/security-section';
import { AuthApi } from '../../core/auth-api';
import { formMessageOf } from '../../core/problem';
import { SessionStore } from '../../core/session-store';
import { Button } from '../../ui/button';
import { Control } from '../../ui/control';
import { Field } from '../../ui/field';
import { Notice } from '../../ui/notice';
import { Toasts } from '../../ui/toasts';
import { Privacy } from './privacy';

const PHONE = /^\s*\+?[\d()-][\d ()-]{3,18}[\d()-]\s*$/;

@Component({
  selector: 'qc-profile',
  host: { class: 'mx-auto block max-w-xl' },
  imports: [FormField, Button, Control, Field, Notice, Privacy, SecuritySection],
  template: `
    <h1 class="text-3xl font-bold">Profile</h1>
    <form class="card mt-5 space-y-5 p-5 sm:p-6" (submit)="save($event)" novalidate>
      @if (problem(); as message) {
        <qc-notice tone="danger">{{ message }}</qc-notice>
      }
      <qc-field label="First name" [of]="form.firstName">
        <input qcControl autocomplete="given-name" [formField]="form.firstName" />
      </qc-field>
      <qc-field label="Last name" [optional]="true" [of]="form.lastName">
        <input qcControl autocomplete="family-name" [formField]="form.lastName" />
      </qc-field>
      <qc-field label="Phone" [optional]="true" [of]="form.phone" hint="The courier can call you during a delivery.">
        <input qcControl type="tel" autocomplete="tel" [formField]="form.phone" />
      </qc-field>
      <button qcButton type="submit" [disabled]="busy()">Save</button>
    </form>
    <qc-security-section class="mt-5" />
    <qc-privacy class="mt-5" />
  `,
})
export class Profile {
  private readonly api = inject(AuthApi);
  private readonly toasts = inject(Toasts);
  protected readonly session = inject(SessionStore);

  private readonly model = signal({ firstName: '', lastName: '', phone: '', ...this.session.user()?.profile });
  protected readonly form = form(this.model, (path) => {
    required(path.firstName, { message: 'Your first name is needed.' });
    for (const name of [path.firstName, path.lastName]) maxLength(name, 60, { message: 'At most 60 characters.' });
    pattern(path.phone, PHONE, { message: 'This is no phone number.' });
  });
  protected readonly problem = signal<string | undefined>(undefined);
  protected readonly busy = signal(false);

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    this.form().markAsTouched();
    if (this.busy()) return;
    if (!this.form().valid()) return this.form().errorSummary()[0]?.fieldTree().focusBoundControl();
    this.busy.set(true);
    this.problem.set(undefined);
    try {
      const { firstName, lastName, phone } = this.model();
      this.session.setUser(await this.api.updateProfile({ firstName, lastName, phone: phone.trim() }));
      this.toasts.show('Saved.', 'success');
    } catch (error) {
      this.problem.set(formMessageOf(error));
    } finally {
      this.busy.set(false);
    }
  }
}
