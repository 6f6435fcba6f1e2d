import { Component, computed, inject, signal } from '@angular/core';
import { FormField, form, maxLength, pattern, required } from '@angular/forms/signals';
import { type UpdateProfile, type User, VEHICLE_TYPES, type VehicleType } from '@qc/contracts';
import { DataDownload } from '../../account/data-download';
import { SecuritySection } from '../../account/security/security-section';
import { AuthApi } from '../../core/auth-api';
import { hasCode, messageOf } from '../../core/problem';
import { SessionStore } from '../../core/session-store';
import { Button } from '../../ui/button';
import { Control } from '../../ui/control';
import { Field } from '../../ui/field';
import { Notice } from '../../ui/notice';
import { Toasts } from '../../ui/toasts';

const VEHICLE_NAMES: Record<VehicleType, string> = {
  bike: 'Motorbike',
  scooter: 'Scooter',
  car: 'Car',
  bicycle: 'Bicycle',
  foot: 'On foot',
};

/** What a vehicle without an engine does not have. */
const WITHOUT_PLATE: readonly VehicleType[] = ['bicycle', 'foot'];
const PHONE = /^\s*\+?[\d()-][\d ()-]{3,18}[\d()-]\s*$/;

@Component({
  selector: 'qc-partner-profile',
  imports: [FormField, Button, Control, DataDownload, Field, Notice, SecuritySection],
  template: `
    <div class="mx-auto max-w-xl">
      <h1 class="text-3xl font-bold">Profile</h1>
      <form class="card mt-5 space-y-5 p-5 sm:p-6" (submit)="save($event)" novalidate>
        @if (problem(); as message) {
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
        <qc-field
          label="Phone"
          [optional]="true"
          [of]="form.phone"
          hint="Customers can call you while you bring their order."
        >
          <input qcControl type="tel" autocomplete="tel" [formField]="form.phone" />
        </qc-field>
        <div class="grid gap-5 sm:grid-cols-2">
          <qc-field label="Vehicle">
            <select qcControl [formField]="form.vehicle">
              @for (option of vehicles; track option.value) {
                <option [value]="option.value">{{ option.label }}</option>
              }
            </select>
          </qc-field>
          @if (hasPlate()) {
            <qc-field label="Number plate" [optional]="true" [of]="form.plate">
              <input qcControl autocomplete="off" autocapitalize="characters" [formField]="form.plate" />
            </qc-field>
          }
        </div>
        <button qcButton size="large" type="submit" class="w-full" [disabled]="busy()">Save</button>
      </form>
      <qc-security-section class="mt-5" />
      <section class="card mt-5 p-5 sm:p-6" aria-labelledby="data-title">
        <h2 id="data-title" class="text-xl font-semibold">Your data</h2>
        <p class="mt-1 text-muted">A file with everything that the shop knows about you: account, deliveries, pay.</p>
        <qc-data-download class="mt-4" />
      </section>
    </div>
  `,
})
export class PartnerProfile {
  private readonly api = inject(AuthApi);
  private readonly toasts = inject(Toasts);
  protected readonly session = inject(SessionStore);

  private readonly model = signal(textsOf(this.session.user()));
  protected readonly form = form(this.model, (path) => {
    required(path.firstName, { message: 'Your first name is needed.' });
    for (const name of [path.firstName, path.lastName]) maxLength(name, 60, { message: 'At most 60 characters.' });
    pattern(path.phone, PHONE, { message: 'This is no phone number.' });
    maxLength(path.plate, 20, { message: 'At most 20 characters.' });
  });
  protected readonly hasPlate = computed(() => !WITHOUT_PLATE.includes(this.model().vehicle));
  protected readonly vehicles = VEHICLE_TYPES.map((value) => ({ value, label: VEHICLE_NAMES[value] }));
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
      this.session.setUser(await this.api.updateProfile(this.request()));
      this.toasts.show('Saved.', 'success');
    } catch (error) {
      this.problem.set(
        hasCode(error, 'VALIDATION_FAILED') ? (error.fieldErrors[0]?.message ?? error.message) : messageOf(error),
      );
    } finally {
      this.busy.set(false);
    }
  }

  private request(): UpdateProfile {
    const { firstName, lastName, phone, vehicle, plate } = this.model();
    const withPlate = this.hasPlate() && plate.trim() !== '';
    return {
      firstName,
      lastName,
      phone: phone.trim(),
      vehicle: { type: vehicle, ...(withPlate && { plate }) },
    };
  }
}

interface ProfileTexts {
  firstName: string;
  lastName: string;
  phone: string;
  vehicle: VehicleType;
  plate: string;
}

/** The account as the form writes it. */
function textsOf(user: User | undefined): ProfileTexts {
  const { firstName = '', lastName = '', phone = '' } = user?.profile ?? {};
  const { type = 'bike', plate = '' } = user?.vehicle ?? {};
  return { firstName, lastName, phone, vehicle: type, plate };
}
