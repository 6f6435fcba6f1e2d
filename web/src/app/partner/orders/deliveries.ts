import { Component, inject, signal } from '@angular/core';
import type { Order } from '@qc/contracts';
import { LucideBike, LucidePartyPopper, LucidePower } from '@lucide/angular';
import { messageOf } from '../../core/problem';
import { Realtime } from '../../core/realtime';
import { Button } from '../../ui/button';
import { EmptyState } from '../../ui/empty-state';
import { ErrorState } from '../../ui/error-state';
import { MoneyPipe } from '../../ui/money-pipe';
import { Notice } from '../../ui/notice';
import { Sheets } from '../../ui/sheet';
import { Skeleton } from '../../ui/skeleton';
import { ticker } from '../../ui/ticker';
import { Toasts } from '../../ui/toasts';
import { PartnerStore } from '../partner-store';
import { ActiveDelivery } from './active-delivery';
import { AvailabilitySwitch } from './availability-switch';
import { type Offer, OfferSheet } from './offer-sheet';
import { OrderCard } from './order-card';

/** The partner's day: what is under way first, else what can be taken. */
@Component({
  selector: 'qc-deliveries',
  imports: [
    ActiveDelivery,
    AvailabilitySwitch,
    Button,
    EmptyState,
    ErrorState,
    LucideBike,
    LucidePartyPopper,
    LucidePower,
    MoneyPipe,
    Notice,
    OrderCard,
    Skeleton,
  ],
  templateUrl: './deliveries.html',
})
export class Deliveries {
  private readonly sheets = inject(Sheets);
  private readonly toasts = inject(Toasts);
  protected readonly partner = inject(PartnerStore);
  protected readonly realtime = inject(Realtime);
  protected readonly now = ticker(1000);
  /** The order whose answer is awaited. */
  protected readonly asking = signal<string | undefined>(undefined);

  protected async setAvailable(available: boolean): Promise<void> {
    await this.attempt(() => this.partner.setAvailable(available));
  }

  protected async accept({ id }: Order): Promise<void> {
    this.asking.set(id);
    await this.attempt(() => this.partner.accept(id));
    this.asking.set(undefined);
  }

  /** Holds the order while its details are read; taking, letting go and running out of time all end the hold. */
  protected async look(order: Order): Promise<void> {
    this.asking.set(order.id);
    const held = await this.attempt(() => this.partner.look(order.id));
    this.asking.set(undefined);
    if (!held) return;
    const lasts = Math.max(1, this.partner.lock()?.lockExpiresIn ?? 120);
    const decision = await this.sheets.open<'accept' | 'letGo' | 'gone', Offer>(OfferSheet, {
      order,
      partner: this.partner,
      lasts,
    });
    if (decision === 'accept') return this.accept(order);
    const stillHere = this.partner.cards().some(({ id }) => id === order.id);
    if (decision === 'gone' && !stillHere)
      this.toasts.show('Just taken: this order has gone to somebody else.', 'warning');
    await this.partner.stopLooking();
  }

  private async attempt(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.toasts.show(messageOf(error), 'warning');
      return false;
    }
  }
}
