import { Component, computed, inject, input, signal } from '@angular/core';
import { email, FormField, form, maxLength, pattern, required } from '@angular/forms/signals';
import { Router, RouterLink } from '@angular/router';
import { type Register as Registration, VEHICLE_TYPES, type VehicleType } from '@qc/contracts';
import { NEW_PASSWORD_HINT, newPassword, newPasswordMessageOf } from '../core/new-password';
import { pageAfterSignIn } from '../core/role-guard';
import { SessionStore } from '../core/session-store';
import { Button } from '../ui/button';
import { Control } from '../ui/control';
import { Field } from '../ui/field';
import { Notice } from '../ui/notice';
import { PasswordField } from '../ui/password-field';
import { Spinner } from '../ui/spinner';
import { SignInFrame } from './sign-in-frame';

const VEHICLE_NAMES: Record<VehicleType, string> = {
  bike: 'Motorbike',
  scooter: 'Scooter',
  car: 'Car',
  bicycle: 'Bicycle',
  foot: 'On foot',
};

const PLATED: readonly VehicleType[] = ['bike', 'scooter', 'car'];
const PHONE = /^\s*\+?[\d()-][\d ()-]{3,18}[\d()-]\s*$/;

interface RegistrationForm {
  role: Registration['role'];
  firstName: string;
  email: string;
  phone: string;
  password: string;
  vehicle: VehicleType;
  plate: string;
}

@Component({
  selector: 'qc-register',
  imports: [FormField, RouterLink, Button, Control, Field, Notice, PasswordField, SignInFrame, Spinner],
  templateUrl: './register.html',
})
export class Register {
  private readonly session = inject(SessionStore);
  private readonly router = inject(Router);

  readonly next = input<string>();

  private readonly model = signal<RegistrationForm>({
    role: 'customer',
    firstName: '',
    email: '',
    phone: '',
    password: '',
    vehicle: 'scooter',
    plate: '',
  });
  protected readonly form = form(this.model, (path) => {
    required(path.firstName, { message: 'Your first name is needed.' });
    required(path.email, { message: 'Your e-mail is needed.' });
    email(path.email, { message: 'This is no e-mail address.' });
    maxLength(path.firstName, 60, { message: 'At most 60 characters.' });
    maxLength(path.plate, 20, { message: 'At most 20 characters.' });
    pattern(path.phone, PHONE, { message: 'This is no phone number.' });
    newPassword(path.password);
  });
  protected readonly roles = [
    { value: 'customer', label: 'I want to order' },
    { value: 'partner', label: 'I want to deliver' },
  ] as const;
  protected readonly vehicles = VEHICLE_TYPES.map((value) => ({ value, label: VEHICLE_NAMES[value] }));
  protected readonly isPartner = computed(() => this.model().role === 'partner');
  protected readonly hasPlate = computed(() => PLATED.includes(this.model().vehicle));
  protected readonly passwordHint = NEW_PASSWORD_HINT;
  protected readonly error = signal<string | undefined>(undefined);
  protected readonly busy = signal(false);

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    this.form().markAsTouched();
    if (this.busy()) return;
    if (!this.form().valid()) return this.form().errorSummary()[0]?.fieldTree().focusBoundControl();
    this.busy.set(true);
    this.error.set(undefined);
    try {
      await this.session.register(this.request());
      // a new partner cannot have been on the way to anywhere
      const next = this.isPartner() ? undefined : this.next();
      await this.router.navigateByUrl(pageAfterSignIn(next, this.session.role()));
    } catch (error) {
      this.error.set(newPasswordMessageOf(error));
    } finally {
      this.busy.set(false);
    }
  }

  private request(): Registration {
    const { role, firstName, email: address, phone, password, vehicle, plate } = this.model();
    return {
      role,
      email: address,
      password,
      profile: { firstName, ...(phone.trim() && { phone }) },
      ...(role === 'partner' && { vehicle: { type: vehicle, ...(this.hasPlate() && plate.trim() && { plate }) } }),
    };
  }
}
