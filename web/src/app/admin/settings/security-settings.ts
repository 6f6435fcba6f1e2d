import { Component, computed, inject, resource, signal } from '@angular/core';
import { FormField, form } from '@angular/forms/signals';
import { RouterLink } from '@angular/router';
import type { SecuritySettings } from '@qc/contracts';
import { AdminApi } from '../../core/admin-api';
import { formMessageOf, messageOf } from '../../core/problem';
import { SessionStore } from '../../core/session-store';
import { Button } from '../../ui/button';
import { ErrorState } from '../../ui/error-state';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { Toasts } from '../../ui/toasts';

const SWITCHES = [
  {
    key: 'partnerVerification',
    label: 'Approve delivery partners',
    text: 'Whoever registers as a partner waits for an admin’s approval before the first delivery. See Partners.',
  },
  {
    key: 'emailVerification',
    label: 'Confirmed e-mail addresses only',
    text: 'Customers order, and partners work, only after they opened the link that was sent to them.',
  },
  {
    key: 'adminSecondFactor',
    label: 'Second factor for admins',
    text: 'An admin without an authenticator app can do nothing here but set one up.',
  },
] as const satisfies readonly { key: keyof SecuritySettings; label: string; text: string }[];

const NOTHING: SecuritySettings = { partnerVerification: false, emailVerification: false, adminSecondFactor: false };

/** What holds for every account. Each switch says what it does. */
@Component({
  selector: 'qc-security-settings',
  imports: [FormField, RouterLink, Button, ErrorState, Notice, Skeleton],
  templateUrl: './security-settings.html',
})
export class SecuritySettingsForm {
  private readonly api = inject(AdminApi);
  private readonly toasts = inject(Toasts);
  private readonly session = inject(SessionStore);

  protected readonly switches = SWITCHES;
  protected readonly settings = resource({
    loader: async () => {
      const settings = await this.api.security();
      this.model.set({ ...settings });
      return settings;
    },
  });
  protected readonly loadProblem = computed(() => {
    const error = this.settings.error();
    return error && messageOf((error as { cause?: unknown }).cause ?? error);
  });

  private readonly model = signal(NOTHING);
  protected readonly form = form(this.model);
  protected readonly changed = computed(() => {
    const model = this.model();
    const saved = this.settings.hasValue() ? this.settings.value() : model;
    return SWITCHES.some(({ key }) => model[key] !== saved[key]);
  });
  /** Saving this would shut out the one who saves it, until there is a second factor. */
  protected readonly shutsOutSelf = computed(
    () => this.model().adminSecondFactor && !this.session.user()?.secondFactor,
  );
  protected readonly problem = signal<string | undefined>(undefined);
  protected readonly busy = signal(false);

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy()) return;
    this.busy.set(true);
    this.problem.set(undefined);
    const sent = this.model();
    try {
      const { partnerVerification, emailVerification, adminSecondFactor } = sent;
      const settings = await this.api.updateSecurity({ partnerVerification, emailVerification, adminSecondFactor });
      this.settings.set(settings);
      // what was switched while it was sent stays
      if (this.model() === sent) this.model.set({ ...settings });
      this.toasts.show('Saved. It holds for every account from now on.', 'success');
    } catch (error) {
      this.problem.set(formMessageOf(error));
    } finally {
      this.busy.set(false);
    }
  }
}
