import { Component, computed, inject, linkedSignal, signal } from '@angular/core';
import type { Id, MoveOrder, Order } from '@qc/contracts';
import { VerificationNotice } from '../../account/verification-notice';
import { hasCode, messageOf } from '../../core/problem';
import { PROBLEM_TEXTS } from '../../core/problem-texts';
import { Realtime } from '../../core/realtime';
import { Button } from '../../ui/button';
import { EmptyState } from '../../ui/empty-state';
import { ErrorState } from '../../ui/error-state';
import { Icon } from '../../ui/icon';
import { MoneyPipe } from '../../ui/money-pipe';
import { Sheets } from '../../ui/sheet';
import { Skeleton } from '../../ui/skeleton';
import { Toasts } from '../../ui/toasts';
import { OffersStore } from '../offers-store';
import { PartnerStore } from '../partner-store';
import { PositionSharing } from '../position-sharing';
import { ActiveDelivery } from './active-delivery';
import { ApprovalNotice } from './approval-notice';
import { AvailabilitySwitch } from './availability-switch';
import { COULD_NOT, GIVE_BACK } from './delivery-reasons';
import { OfferList } from './offer-list';
import { type Decision, type Offer, OfferSheet } from './offer-sheet';
import { type ReasonQuestion, ReasonSheet } from './reason-sheet';
import { SharingNote } from './sharing-note';

/** The partner's day: what is under way first, else what can be taken. */
@Component({
  selector: 'qc-deliveries',
  imports: [
    ActiveDelivery,
    ApprovalNotice,
    AvailabilitySwitch,
    Button,
    EmptyState,
    ErrorState,
    Icon,
    MoneyPipe,
    OfferList,
    SharingNote,
    Skeleton,
    VerificationNotice,
  ],
  templateUrl: './deliveries.html',
})
export class Deliveries {
  private readonly sheets = inject(Sheets);
  private readonly toasts = inject(Toasts);
  private readonly realtime = inject(Realtime);
  protected readonly sharing = inject(PositionSharing);
  protected readonly partner = inject(PartnerStore);
  protected readonly offers = inject(OffersStore);

  private readonly chosen = signal<Id | undefined>(undefined);
  /** The delivery that is shown: with several under way, the one that was tapped. */
  protected readonly current = computed(
    () => this.partner.active().find(({ id }) => id === this.chosen()) ?? this.partner.active()[0],
  );
  private readonly currentId = computed(() => this.current()?.id);
  protected readonly problem = linkedSignal<Id | undefined, string | undefined>({
    source: this.currentId,
    computation: () => undefined,
  });
  /** The store wants the customer's code: known once a delivery without it was refused. */
  protected readonly codeNeeded = linkedSignal({ source: this.currentId, computation: () => false });
  /** The shop gives work only to who has confirmed their e-mail, and this partner has not. */
  protected readonly unconfirmed = signal(false);
  protected readonly askingApproval = signal(false);
  protected readonly moving = signal(false);
  protected readonly stale = computed(() => this.realtime.state() === 'reconnecting');

  protected choose(orderId: Id): void {
    this.chosen.set(orderId);
  }

  protected async setAvailable(available: boolean): Promise<void> {
    if (available) this.sharing.allow();
    this.unconfirmed.set(false);
    await this.attempt(() => this.partner.setAvailable(available));
  }

  protected async askApproval(): Promise<void> {
    this.askingApproval.set(true);
    await this.partner.refreshAvailability();
    this.askingApproval.set(false);
  }

  protected async accept({ id }: Order): Promise<void> {
    this.sharing.allow();
    await this.attempt(() => this.offers.accept(id));
  }

  /** Holds the order while its details are read. */
  protected async look(order: Order): Promise<void> {
    if (!(await this.attempt(() => this.offers.look(order.id)))) return;
    const departed = computed(() => this.offers.departed()[order.id]);
    const offer: Offer = { order, hold: this.offers.hold, departed };
    const decision = await this.sheets.open<Decision, Offer>(OfferSheet, offer);
    if (decision === 'accept') await this.accept(order);
    if (this.offers.hold()) await this.offers.stopLooking();
  }

  protected async move(order: Order, request: MoveOrder): Promise<void> {
    await this.command(() => this.partner.move(order.id, request));
  }

  protected async giveBack(order: Order): Promise<void> {
    const reason = await this.sheets.open<string, ReasonQuestion>(ReasonSheet, GIVE_BACK);
    if (reason) await this.command(() => this.partner.giveBack(order.id, reason));
  }

  protected async couldNot(order: Order): Promise<void> {
    const note = await this.sheets.open<string, ReasonQuestion>(ReasonSheet, COULD_NOT);
    if (note) await this.command(() => this.partner.move(order.id, { status: 'failed', note }));
  }

  /** A step of the delivery: what goes wrong is said where the next step is. */
  private async command(work: () => Promise<void>): Promise<void> {
    if (this.moving()) return;
    this.moving.set(true);
    this.problem.set(undefined);
    try {
      await work();
    } catch (error) {
      const first = hasCode(error, 'DELIVERY_CODE_WRONG') && !this.codeNeeded();
      this.problem.set(first ? 'Ask the customer for the 4-digit code.' : messageOf(error));
      if (first) this.codeNeeded.set(true);
    } finally {
      this.moving.set(false);
    }
  }

  private async attempt(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (hasCode(error, 'EMAIL_NOT_VERIFIED')) this.unconfirmed.set(true);
      else this.toasts.show(refusalText(error), 'warning');
      // an admin's decision that this tab has not heard of
      if (hasCode(error, 'PARTNER_NOT_VERIFIED')) void this.partner.refreshAvailability();
      return false;
    }
  }
}

/** An order that vanished was taken or cancelled: to a partner that is the same, and nobody's fault. */
function refusalText(error: unknown): string {
  return hasCode(error, 'ORDER_NOT_FOUND', 'INVALID_TRANSITION')
    ? PROBLEM_TEXTS.ORDER_ALREADY_ASSIGNED
    : messageOf(error);
}
