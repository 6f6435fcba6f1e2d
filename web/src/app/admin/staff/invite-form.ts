import { Component, inject, signal } from '@angular/core';
import { email, FormField, form, required } from '@angular/forms/signals';
import { formMessageOf, hasCode } from '../../core/problem';
import { Button } from '../../ui/button';
import { Control } from '../../ui/control';
import { Field } from '../../ui/field';
import { Notice } from '../../ui/notice';
import { StaffStore } from './staff-store';

/** Invites somebody to be an admin, by a link to their e-mail address. */
@Component({
  selector: 'qc-invite-form',
  imports: [FormField, Button, Control, Field, Notice],
  host: { class: 'block' },
  template: `
    <form class="flex flex-col gap-3 sm:flex-row sm:items-start" (submit)="invite($event)" novalidate>
      <qc-field class="grow" label="E-mail" [of]="form.email" [error]="problem()">
        <input qcControl type="email" inputmode="email" autocomplete="off" [formField]="form.email" />
      </qc-field>
      <button qcButton type="submit" class="sm:mt-[1.625rem]" [disabled]="busy()">
        {{ busy() ? 'Sending…' : 'Send invitation' }}
      </button>
    </form>
    <div aria-live="polite">
      @if (sentTo(); as address) {
        <qc-notice tone="success" class="mt-3">Invitation sent to {{ address }}.</qc-notice>
      }
    </div>
  `,
})
export class InviteForm {
  private readonly store = inject(StaffStore);
  private readonly model = signal({ email: '' });
  protected readonly form = form(this.model, (path) => {
    required(path.email, { message: 'An e-mail address is needed.' });
    email(path.email, { message: 'This is no e-mail address.' });
  });
  protected readonly problem = signal<string | undefined>(undefined);
  protected readonly sentTo = signal<string | undefined>(undefined);
  protected readonly busy = signal(false);

  protected async invite(event: Event): Promise<void> {
    event.preventDefault();
    this.form().markAsTouched();
    if (this.busy()) return;
    if (!this.form().valid()) return this.form.email().focusBoundControl();
    this.busy.set(true);
    this.problem.set(undefined);
    this.sentTo.set(undefined);
    try {
      const { email: address } = await this.store.invite(this.model().email.trim());
      this.sentTo.set(address);
      this.form().reset({ email: '' });
    } catch (error) {
      this.problem.set(
        hasCode(error, 'EMAIL_TAKEN') ? 'There is an account with this e-mail already.' : formMessageOf(error),
      );
    } finally {
      this.busy.set(false);
    }
  }
}
