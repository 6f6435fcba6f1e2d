import { Component, inject, signal } from '@angular/core';
import { FormField, form, required } from '@angular/forms/signals';
import { Router } from '@angular/router';
import { type User, VEHICLE_TYPES, type VehicleType } from '@qc/contracts';
import { AuthApi } from '../../core/auth-api';
import { hasCode, messageOf } from '../../core/problem';
import { SessionStore } from '../../core/session-store';
import { Button } from '../../ui/button';
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

@Component({
  selector: 'qc-partner-profile',
  imports: [FormField, Button, Field, Notice],
  template: `
    <div class="mx-auto max-w-xl">
      <h1 class="text-3xl font-bold">Profile</h1>
      <p class="mt-1 text-muted">{{ session.user()?.email }}</p>
      <form class="card mt-5 space-y-5 p-5 sm:p-6" (submit)="save($event)" novalidate>
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
        <qc-field #phone="qcField" label="Phone" [optional]="true" hint="The customer can call you during a delivery.">
          <input [id]="phone.id" class="field" type="tel" autocomplete="tel" [formField]="form.phone" />
        </qc-field>
        <div class="grid gap-5 sm:grid-cols-2">
          <qc-field #vehicle="qcField" label="Vehicle">
            <select [id]="vehicle.id" class="field" [formField]="form.vehicle">
              @for (option of vehicles; track option.value) {
                <option [value]="option.value">{{ option.label }}</option>
              }
            </select>
          </qc-field>
          <qc-field #plate="qcField" label="Number plate" [optional]="true">
            <input [id]="plate.id" class="field" autocomplete="off" [formField]="form.plate" />
          </qc-field>
        </div>
        <button qcButton type="submit" class="w-full" [disabled]="busy()">Save</button>
      </form>
      <button type="button" qcButton="secondary" class="mt-5 w-full" (click)="signOutEverywhere()">
        Sign out everywhere
      </button>
    </div>
  `,
})
export class PartnerProfile {
  private readonly api = inject(AuthApi);
  private readonly toasts = inject(Toasts);
  private readonly router = inject(Router);
  protected readonly session = inject(SessionStore);

  private readonly model = signal(textsOf(this.session.user()));
  protected readonly form = form(this.model, (path) =>
    required(path.firstName, { message: 'Your first name is needed.' }),
  );
  protected readonly vehicles = VEHICLE_TYPES.map((value) => ({ value, label: VEHICLE_NAMES[value] }));
  protected readonly problem = signal<string | undefined>(undefined);
  protected readonly busy = signal(false);

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    this.form.firstName().markAsTouched();
    if (this.busy() || !this.form().valid()) return;
    this.busy.set(true);
    this.problem.set(undefined);
    try {
      const { firstName, phone, vehicle, plate } = this.model();
      const request = { firstName, ...(phone && { phone }), vehicle: { type: vehicle, ...(plate && { plate }) } };
      this.session.setUser(await this.api.updateProfile(request));
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

/** The account as the form writes it. */
function textsOf(user: User | undefined): { firstName: string; phone: string; vehicle: VehicleType; plate: string } {
  const { firstName = '', phone = '' } = user?.profile ?? {};
  const { type = 'bike', plate = '' } = user?.vehicle ?? {};
  return { firstName, phone, vehicle: type, plate };
}
