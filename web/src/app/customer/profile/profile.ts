import { Component, inject, signal } from '@angular/core';
import { FormField, form, required } from '@angular/forms/signals';
import { Router } from '@angular/router';
import { AuthApi } from '../../core/auth-api';
import { hasCode, messageOf } from '../../core/problem';
import { SessionStore } from '../../core/session-store';
import { Button } from '../../ui/button';
import { Field } from '../../ui/field';
import { Notice } from '../../ui/notice';
import { Toasts } from '../../ui/toasts';

@Component({
  selector: 'qc-profile',
  imports: [FormField, Button, Field, Notice],
  template: `
    <h1 class="text-3xl font-bold">Profile</h1>
    <p class="mt-1 text-muted">{{ session.user()?.email }}</p>
    <form class="card mt-5 max-w-xl space-y-5 p-5 sm:p-6" (submit)="save($event)" novalidate>
      @if (problem(); as message) {
        <qc-notice tone="danger">{{ message }}</qc-notice>
      }
      <qc-field
        #firstName="qcField"
        label="First name"
        [error]="form.firstName().touched() ? form.firstName().errors()[0]?.message : null"
      >
        <input [id]="firstName.id" class="field" autocomplete="given-name" [formField]="form.firstName" />
      </qc-field>
      <qc-field #lastName="qcField" label="Last name" [optional]="true">
        <input [id]="lastName.id" class="field" autocomplete="family-name" [formField]="form.lastName" />
      </qc-field>
      <qc-field #phone="qcField" label="Phone" [optional]="true" hint="The courier can call you during a delivery.">
        <input [id]="phone.id" class="field" type="tel" autocomplete="tel" [formField]="form.phone" />
      </qc-field>
      <button qcButton type="submit" [disabled]="busy()">Save</button>
    </form>
    <section class="card mt-5 max-w-xl p-5 sm:p-6" aria-labelledby="devices">
      <h2 id="devices" class="text-xl font-semibold">Devices</h2>
      <p class="mt-1 text-muted">Lost a phone? Sign out here and everywhere else at once.</p>
      <button type="button" qcButton="secondary" class="mt-4" (click)="signOutEverywhere()">Sign out everywhere</button>
    </section>
  `,
})
export class Profile {
  private readonly api = inject(AuthApi);
  private readonly toasts = inject(Toasts);
  private readonly router = inject(Router);
  protected readonly session = inject(SessionStore);

  private readonly model = signal({ firstName: '', lastName: '', phone: '', ...this.session.user()?.profile });
  protected readonly form = form(this.model, (path) =>
    required(path.firstName, { message: 'Your first name is needed.' }),
  );
  protected readonly problem = signal<string | undefined>(undefined);
  protected readonly busy = signal(false);

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    this.form.firstName().markAsTouched();
    if (this.busy() || !this.form().valid()) return;
    this.busy.set(true);
    this.problem.set(undefined);
    try {
      const { firstName, lastName, phone } = this.model();
      this.session.setUser(
        await this.api.updateProfile({ firstName, ...(lastName && { lastName }), ...(phone && { phone }) }),
      );
      this.toasts.show('Saved.', 'success');
    } catch (error) {
      this.problem.set(
        hasCode(error, 'VALIDATION_FAILED') ? (error.fieldErrors[0]?.message ?? error.message) : messageOf(error),
      );
    } finally {
      this.busy.set(false);
    }
  }

  protected async signOutEverywhere(): Promise<void> {
    await this.session.signOut({ everywhere: true });
    await this.router.navigateByUrl('/sign-in');
  }
}
