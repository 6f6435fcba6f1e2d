import { Component, computed, inject, resource, signal } from '@angular/core';
import { FormField, form, maxLength, required } from '@angular/forms/signals';
import { Router, RouterLink } from '@angular/router';
import {
  ADDRESS_LABELS,
  type AddressLabel,
  type DeliveryAddress,
  type LatLng,
  type OrderLine,
  PAYMENT_METHODS,
  type PaymentMethod,
  type PlaceOrder,
  type Quote,
} from '@qc/contracts';
import {
  LucideBanknote,
  LucideCreditCard,
  LucideLocateFixed,
  LucideShoppingBasket,
  LucideWallet,
} from '@lucide/angular';
import { IntentKey } from '../../core/intent-key';
import { hasCode, messageOf, ProblemError } from '../../core/problem';
import { newId } from '../../core/new-id';
import { OrdersApi } from '../../core/orders-api';
import { EtaText } from '../../orders/eta-text';
import { PriceLines } from '../../orders/price-lines';
import { Button } from '../../ui/button';
import { EmptyState } from '../../ui/empty-state';
import { Field } from '../../ui/field';
import { MoneyPipe } from '../../ui/money-pipe';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { Spinner } from '../../ui/spinner';
import { ticker } from '../../ui/ticker';
import { CartLines } from '../cart/cart-lines';
import { CartStore } from '../cart/cart-store';
import { StoreInfo } from '../store-info';
import { keepAddress, lastAddress } from './last-address';

const LABEL_NAMES: Record<AddressLabel, string> = { home: 'Home', work: 'Work', other: 'Other' };
const PAYMENT_NAMES: Record<PaymentMethod, string> = { cash: 'Cash', card: 'Card', wallet: 'Wallet' };
/** Minor units. */
const TIPS = [0, 1000, 2000, 5000];

/** Everything on one screen; the price is the server's. One press, one order. */
@Component({
  selector: 'qc-checkout',
  imports: [
    FormField,
    RouterLink,
    Button,
    CartLines,
    EmptyState,
    EtaText,
    Field,
    LucideBanknote,
    LucideCreditCard,
    LucideLocateFixed,
    LucideShoppingBasket,
    LucideWallet,
    MoneyPipe,
    Notice,
    PriceLines,
    Skeleton,
    Spinner,
  ],
  templateUrl: './checkout.html',
})
export class Checkout {
  private readonly orders = inject(OrdersApi);
  private readonly router = inject(Router);
  private readonly intent = new IntentKey();
  protected readonly cart = inject(CartStore);
  protected readonly currency = inject(StoreInfo).currency;
  protected readonly now = ticker(30_000);

  private readonly model = signal({
    label: 'home' as AddressLabel,
    street: '',
    city: '',
    zipCode: '',
    instructions: '',
    note: '',
    ...lastAddress(),
  });
  protected readonly form = form(this.model, (path) => {
    required(path.street, { message: 'Where should it go? Street and house number are needed.' });
    for (const text of [path.street, path.instructions, path.note])
      maxLength(text, 200, { message: 'At most 200 characters.' });
  });
  protected readonly location = signal<LatLng | undefined>(undefined);
  protected readonly locating = signal<'no' | 'asking' | 'refused'>('no');
  protected readonly payment = signal<PaymentMethod>('cash');
  protected readonly tip = signal(0);
  protected readonly placing = signal(false);
  protected readonly problem = signal<string | undefined>(undefined);

  /** One for what this screen orders: a second press, or a lost answer, never orders twice. */
  private key = newId();

  protected readonly labels = ADDRESS_LABELS.map((value) => ({ value, name: LABEL_NAMES[value] }));
  protected readonly payments = PAYMENT_METHODS.map((value) => ({ value, name: PAYMENT_NAMES[value] }));
  protected readonly tips = TIPS;

  protected readonly quote = resource<Quote, { items: OrderLine[]; location: LatLng | undefined } | undefined>({
    params: () => (this.cart.count() ? { items: this.cart.orderLines(), location: this.location() } : undefined),
    loader: ({ params }) => this.orders.quote(quoteRequest(params!.items, params!.location)),
  });
  /** The quote with the tip, which is the customer's own to add. */
  protected readonly price = computed(() => {
    if (!this.quote.hasValue()) return undefined;
    const quote = this.quote.value();
    return { ...quote, tip: this.tip(), total: quote.total + this.tip() };
  });

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
    this.form.street().markAsTouched();
    if (this.placing()) return;
    if (!this.form().valid()) return document.querySelector<HTMLElement>('[aria-invalid=true], .field')?.focus();
    this.placing.set(true);
    this.problem.set(undefined);
    try {
      const request = this.request();
      const order = await this.orders.place(request, this.intent.for(request));
      keepAddress(this.model());
      await this.router.navigate(['/orders', order.id], { replaceUrl: true });
      this.cart.clear();
    } catch (error) {
      this.intent.failed(error);
      this.problem.set(explain(error));
      // an answer settles a key; without one the same key finds out whether the order was placed
      if (!hasCode(error, 'OFFLINE')) this.key = newId();
      this.quote.reload();
    } finally {
      this.placing.set(false);
    }
  }

  private request(): PlaceOrder {
    const { label, street, city, zipCode, instructions, note } = this.model();
    const deliveryAddress: DeliveryAddress = {
      label,
      street: street.trim(),
      ...(city.trim() && { city: city.trim() }),
      ...(zipCode.trim() && { zipCode: zipCode.trim() }),
      ...(instructions.trim() && { instructions: instructions.trim() }),
      ...(this.location() && { location: this.location()! }),
    };
    return {
      items: this.cart.orderLines(),
      deliveryAddress,
      paymentMethod: this.payment(),
      tip: this.tip(),
      ...(note.trim() && { note: note.trim() }),
    };
  }
}

function quoteRequest(
  items: OrderLine[],
  location: LatLng | undefined,
): { items: OrderLine[]; deliveryAddress?: DeliveryAddress } {
  return { items, ...(location && { deliveryAddress: { street: 'here', location } }) };
}

/** What sold out is named; everything else has its own words. */
function explain(error: unknown): string {
  const named = hasCode(error, 'OUT_OF_STOCK', 'VALIDATION_FAILED') && (error as ProblemError).fieldErrors[0]?.message;
  return named ? `${messageOf(error)} (${named})` : messageOf(error);
}
