import { Component, computed, inject, signal } from '@angular/core';
import { FormField, form, maxLength, required } from '@angular/forms/signals';
import { Router, RouterLink } from '@angular/router';
import {
  ADDRESS_LABELS,
  type AddressLabel,
  type DeliveryAddress,
  type LatLng,
  PAYMENT_METHODS,
  type PaymentMethod,
  type PlaceOrder,
} from '@qc/contracts';
import { VerificationNotice } from '../../account/verification-notice';
import { Icon } from '../../ui/icon';
import { IntentKey } from '../../core/intent-key';
import { formMessageOf, hasCode, messageOf } from '../../core/problem';
import { OrdersApi } from '../../core/orders-api';
import { EtaText } from '../../orders/eta-text';
import { PriceLines } from '../../orders/price-lines';
import { Button } from '../../ui/button';
import { Control } from '../../ui/control';
import { EmptyState } from '../../ui/empty-state';
import { Field } from '../../ui/field';
import { MoneyPipe } from '../../ui/money-pipe';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { Spinner } from '../../ui/spinner';
import { ticker } from '../../ui/ticker';
import { basketQuote } from '../cart/basket-quote';
import { CartLines } from '../cart/cart-lines';
import { CartStore } from '../cart/cart-store';
import { StoreInfo } from '../store-info';

const LABEL_NAMES: Record<AddressLabel, string> = { home: 'Home', work: 'Work', other: 'Other' };
const PAYMENT_NAMES: Record<PaymentMethod, string> = { cash: 'Cash', card: 'Card', wallet: 'Wallet' };
/** Minor units. */
const TIPS = [0, 1000, 2000, 5000];

interface CheckoutForm {
  label: AddressLabel;
  street: string;
  city: string;
  zipCode: string;
  instructions: string;
  note: string;
}

/** Everything on one screen; the price is the server's. One press, one order. */
@Component({
  selector: 'qc-checkout',
  imports: [
    Icon,
    FormField,
    RouterLink,
    Button,
    CartLines,
    Control,
    EmptyState,
    EtaText,
    Field,
    MoneyPipe,
    Notice,
    PriceLines,
    Skeleton,
    Spinner,
    VerificationNotice,
  ],
  templateUrl: './checkout.html',
})
export class Checkout {
  private readonly orders = inject(OrdersApi);
  private readonly router = inject(Router);
  private readonly info = inject(StoreInfo);
  private readonly intent = new IntentKey();
  protected readonly cart = inject(CartStore);
  protected readonly now = ticker(30_000);

  private readonly model = signal<CheckoutForm>({
    label: 'home',
    street: '',
    city: '',
    zipCode: '',
    instructions: '',
    note: '',
  });
  protected readonly form = form(this.model, (path) => {
    required(path.street, { message: 'Where should it go? Street and house number are needed.' });
    for (const text of [path.street, path.instructions, path.note])
      maxLength(text, 200, { message: 'At most 200 characters.' });
    maxLength(path.city, 100, { message: 'At most 100 characters.' });
    maxLength(path.zipCode, 20, { message: 'At most 20 characters.' });
  });
  protected readonly location = signal<LatLng | undefined>(undefined);
  protected readonly locating = signal<'no' | 'asking' | 'refused'>('no');
  protected readonly payment = signal<PaymentMethod>('cash');
  protected readonly tip = signal(0);
  protected readonly placing = signal(false);
  protected readonly problem = signal<string | undefined>(undefined);
  /** The shop takes orders only from a confirmed e-mail, and this one is not. */
  protected readonly unconfirmed = signal(false);

  protected readonly labels = ADDRESS_LABELS.map((value) => ({ value, name: LABEL_NAMES[value] }));
  protected readonly payments = PAYMENT_METHODS.map((value) => ({ value, name: PAYMENT_NAMES[value] }));
  protected readonly tips = TIPS;

  protected readonly quote = basketQuote(this.location);
  /** The quote with the tip, which is the customer's own to add. */
  protected readonly price = computed(() => {
    const quote = this.quote.price();
    return quote && { ...quote, tip: this.tip(), total: quote.total + this.tip() };
  });
  protected readonly currency = computed(() => this.price()?.currency ?? this.info.currency());

  constructor() {
    void this.fillIn();
  }

  protected locate(): void {
    this.locating.set('asking');
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        this.locating.set('no');
        this.location.set({ lat: coords.latitude, lng: coords.longitude });
      },
      () => this.locating.set('refused'),
      { timeout: 10_000, maximumAge: 60_000 },
    );
  }

  protected async place(event: Event): Promise<void> {
    event.preventDefault();
    this.form().markAsTouched();
    if (this.placing()) return;
    if (!this.form().valid()) return this.form().errorSummary()[0]?.fieldTree().focusBoundControl();
    this.placing.set(true);
    this.problem.set(undefined);
    this.unconfirmed.set(false);
    try {
      const request = this.request();
      const order = await this.orders.place(request, this.intent.for(request));
      await this.router.navigate(['/orders', order.id], { replaceUrl: true });
      this.cart.clear();
    } catch (error) {
      this.intent.failed(error);
      if (hasCode(error, 'EMAIL_NOT_VERIFIED')) this.unconfirmed.set(true);
      else this.problem.set(this.explain(error));
      this.quote.again();
    } finally {
      this.placing.set(false);
    }
  }

  /** The door of the last order, from the server: an address is nothing to leave behind in a browser. */
  private async fillIn(): Promise<void> {
    const last = await this.orders.list({ limit: 1 }).catch(() => undefined);
    const address = last?.items[0]?.deliveryAddress;
    if (!address || this.form().dirty()) return;
    const { label = 'home', street, city = '', zipCode = '', instructions = '', location } = address;
    this.model.update((model) => ({ ...model, label, street, city, zipCode, instructions }));
    this.location.set(location);
  }

  private request(): PlaceOrder {
    const { label, street, city, zipCode, instructions, note } = this.model();
    const location = this.location();
    const deliveryAddress: DeliveryAddress = {
      label,
      street: street.trim(),
      ...(city.trim() && { city: city.trim() }),
      ...(zipCode.trim() && { zipCode: zipCode.trim() }),
      ...(instructions.trim() && { instructions: instructions.trim() }),
      ...(location && { location }),
    };
    return {
      items: this.cart.orderLines(),
      deliveryAddress,
      paymentMethod: this.payment(),
      tip: this.tip(),
      ...(note.trim() && { note: note.trim() }),
    };
  }

  /** What sold out is named, and the cart cut to what is left. */
  private explain(error: unknown): string {
    if (!hasCode(error, 'OUT_OF_STOCK')) return formMessageOf(error);
    const { productId, available } = error.body ?? {};
    if (typeof productId !== 'string' || typeof available !== 'number') return messageOf(error);
    this.cart.limit(productId, available);
    const what = error.fieldErrors[0]?.message ?? 'not enough is left';
    return `Sorry, ${what}. Your cart was adjusted: have a look, then order again.`;
  }
}
