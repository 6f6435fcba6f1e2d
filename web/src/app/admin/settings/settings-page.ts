import { Component, computed, inject, resource, signal } from '@angular/core';
import { FormField, form, required, validate } from '@angular/forms/signals';
import type { DeliveryProof, SettingsView, UpdateSettings } from '@qc/contracts';
import { AdminApi } from '../../core/admin-api';
import { hasCode, messageOf } from '../../core/problem';
import { Button } from '../../ui/button';
import { Control } from '../../ui/control';
import { ErrorState } from '../../ui/error-state';
import { Field } from '../../ui/field';
import { Notice } from '../../ui/notice';
import { currencyDigits, moneyText, parseMoney } from '../../ui/parse-money';
import { Skeleton } from '../../ui/skeleton';
import { Toasts } from '../../ui/toasts';
import { SecuritySettingsForm } from './security-settings';

const SWITCHES = [
  { key: 'open', label: 'Open for orders', text: 'Off: customers can look, but not order.' },
  { key: 'autoConfirm', label: 'Confirm by itself', text: 'A placed order counts as confirmed at once.' },
  {
    key: 'autoReady',
    label: 'Ready by itself',
    text: 'A confirmed order waits for a courier at once, without packing steps.',
  },
] as const;

/** The store: what it is, how it works, what it costs. Each setting says what it does. */
@Component({
  selector: 'qc-settings-page',
  imports: [FormField, Button, Control, ErrorState, Field, Notice, SecuritySettingsForm, Skeleton],
  templateUrl: './settings-page.html',
})
export class SettingsPage {
  private readonly api = inject(AdminApi);
  private readonly toasts = inject(Toasts);

  protected readonly switches = SWITCHES;
  protected readonly settings = resource({
    loader: async () => {
      const settings = await this.api.settings();
      this.showSaved(settings);
      return settings;
    },
  });
  protected readonly currency = computed(() => (this.settings.hasValue() ? this.settings.value().currency : 'INR'));
  protected readonly loadProblem = computed(() => {
    const error = this.settings.error();
    return error && messageOf((error as { cause?: unknown }).cause ?? error);
  });

  private readonly model = signal(NOTHING);
  private readonly saved = signal(NOTHING);
  /** Whether there is something that only this page knows. */
  protected readonly changed = computed(() => {
    const saved = this.saved();
    return Object.entries(this.model()).some(([key, value]) => value !== saved[key as keyof typeof saved]);
  });
  protected readonly form = form(this.model, (path) => {
    required(path.name, { message: 'A name is needed.' });
    required(path.address, { message: 'An address is needed.' });
    for (const field of [path.deliveryFee, path.cancellationFee, path.tripPayBase, path.tripPayPerKm]) {
      validate(field, ({ value }) =>
        this.money(value()) === undefined ? { kind: 'money', message: 'An amount such as 29.00.' } : null,
      );
    }
    validate(path.freeDeliveryFrom, ({ value }) =>
      value() && this.money(value()) === undefined ? { kind: 'money', message: 'An amount, or nothing.' } : null,
    );
    validate(path.freeDeliveryFrom, ({ value }) =>
      !value().trim() && this.saved().freeDeliveryFrom
        ? { kind: 'emptied', message: 'To end free delivery, put an amount that no basket reaches.' }
        : null,
    );
    validate(path.radiusKm, ({ value }) =>
      parseMoney(value(), 3) === undefined ? { kind: 'number', message: 'Kilometres, such as 8.' } : null,
    );
    validate(path.taxPercent, ({ value }) =>
      (parseMoney(value(), 2) ?? 10_001) > 10_000 ? { kind: 'number', message: 'Percent, such as 5.' } : null,
    );
    for (const field of [path.lat, path.lng]) {
      validate(field, ({ value }) =>
        /^-?\d{1,3}(\.\d+)?$/.test(value()) ? null : { kind: 'number', message: 'Degrees, such as 12.9719.' },
      );
    }
  });
  protected readonly problem = signal<string | undefined>(undefined);
  protected readonly busy = signal(false);

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    this.form().markAsTouched();
    if (this.busy()) return;
    if (!this.form().valid()) return this.problem.set('Some values are not right. Please check them.');
    this.busy.set(true);
    this.problem.set(undefined);
    const sent = this.model();
    try {
      const settings = await this.api.updateSettings(this.request());
      this.settings.set(settings);
      // what was typed while it was sent stays
      if (this.model() === sent) this.showSaved(settings);
      this.toasts.show('Saved. It holds for every order from now on.', 'success');
    } catch (error) {
      this.problem.set(
        hasCode(error, 'VALIDATION_FAILED') ? (error.fieldErrors[0]?.message ?? error.message) : messageOf(error),
      );
    } finally {
      this.busy.set(false);
    }
  }

  private showSaved(settings: SettingsView): void {
    this.saved.set(textsOf(settings));
    this.model.set(this.saved());
  }

  private request(): UpdateSettings {
    const {
      name,
      address,
      lat,
      lng,
      timeZone,
      currency,
      radiusKm,
      taxPercent,
      deliveryFee,
      freeDeliveryFrom,
      cancellationFee,
      tripPayBase,
      tripPayPerKm,
      ...rest
    } = this.model();
    const freeFrom = this.money(freeDeliveryFrom);
    return {
      ...rest,
      name: name.trim(),
      address: address.trim(),
      location: { lat: Number(lat), lng: Number(lng) },
      timeZone: timeZone.trim(),
      currency: currency.trim().toUpperCase(),
      deliveryRadiusMeters: parseMoney(radiusKm, 3)!,
      taxRateBps: parseMoney(taxPercent, 2)!,
      deliveryFee: this.money(deliveryFee)!,
      cancellationFee: this.money(cancellationFee)!,
      tripPayBase: this.money(tripPayBase)!,
      tripPayPerKm: this.money(tripPayPerKm)!,
      ...(freeFrom !== undefined && { freeDeliveryFrom: freeFrom }),
    };
  }

  private money(text: string): number | undefined {
    return parseMoney(text, currencyDigits(this.currency()));
  }
}

const NOTHING = {
  name: '',
  address: '',
  lat: '0',
  lng: '0',
  timeZone: 'UTC',
  currency: 'INR',
  open: false,
  autoConfirm: true,
  autoReady: true,
  deliveryProof: 'none' as DeliveryProof,
  radiusKm: '0',
  taxPercent: '0',
  deliveryFee: '0',
  freeDeliveryFrom: '',
  cancellationFee: '0',
  tripPayBase: '0',
  tripPayPerKm: '0',
};

/** Settings as a person writes them. */
function textsOf(settings: SettingsView): typeof NOTHING {
  const digits = currencyDigits(settings.currency);
  const { name, address, timeZone, currency, open, autoConfirm, autoReady, deliveryProof, freeDeliveryFrom } = settings;
  return {
    ...{ name, address, timeZone, currency, open, autoConfirm, autoReady, deliveryProof },
    lat: String(settings.location.lat),
    lng: String(settings.location.lng),
    radiusKm: moneyText(settings.deliveryRadiusMeters, 3),
    taxPercent: moneyText(settings.taxRateBps, 2),
    deliveryFee: moneyText(settings.deliveryFee, digits),
    freeDeliveryFrom: freeDeliveryFrom === undefined ? '' : moneyText(freeDeliveryFrom, digits),
    cancellationFee: moneyText(settings.cancellationFee ?? 0, digits),
    tripPayBase: moneyText(settings.tripPayBase, digits),
    tripPayPerKm: moneyText(settings.tripPayPerKm, digits),
  };
}
