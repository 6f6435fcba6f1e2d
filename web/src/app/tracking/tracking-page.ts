import { Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { isClosed } from '@qc/contracts';
import { Icon } from '../ui/icon';
import { hasCode, messageOf } from '../core/problem';
import { OrdersApi } from '../core/orders-api';
import { Realtime } from '../core/realtime';
import { Theme } from '../core/theme';
import { EtaText } from '../orders/eta-text';
import { JourneyStepper } from '../orders/journey-stepper';
import { LiveOrderStore } from '../orders/live-order-store';
import { STATUS_LOOKS } from '../orders/order-status';
import { Brand } from '../ui/brand';
import { ConnectionBadge } from '../ui/connection-badge';
import { EmptyState } from '../ui/empty-state';
import { ErrorState } from '../ui/error-state';
import { Notice } from '../ui/notice';
import { Skeleton } from '../ui/skeleton';
import { ThemeButton } from '../ui/theme-button';
import { ticker } from '../ui/ticker';

/** One delivery for whoever has its link: where it is and when it comes, nothing else. */
@Component({
  selector: 'qc-tracking-page',
  imports: [
    Icon,
    Brand,
    ConnectionBadge,
    EmptyState,
    ErrorState,
    EtaText,
    JourneyStepper,
    Notice,
    Skeleton,
    ThemeButton,
  ],
  providers: [LiveOrderStore],
  template: `
    <header class="mx-auto flex h-16 max-w-2xl items-center justify-between px-4">
      <qc-brand />
      <qc-theme-button [choice]="theme.choice()" (next)="theme.next()" />
    </header>
    <main id="main" tabindex="-1" class="mx-auto max-w-2xl px-4 pb-12 outline-none">
      @if (order(); as order) {
        <div class="card p-5 sm:p-8">
          <div class="flex flex-wrap items-start justify-between gap-3">
            <div>
              <p class="text-sm font-medium text-muted">Order {{ order.number }} · {{ order.store.name }}</p>
              <h1 class="text-3xl font-bold" aria-live="polite">{{ headline() }}</h1>
            </div>
            @if (!closed()) {
              <qc-connection-badge [state]="realtime.state()" />
            }
          </div>
          @if (order.eta; as eta) {
            <p class="mt-5">
              <span class="block text-sm text-muted">Arrives in about</span>
              <strong class="text-4xl font-bold tracking-tight tabular-nums"
                ><qc-eta-text [eta]="eta" [now]="now()"
              /></strong>
            </p>
          }
          @switch (order.status) {
            @case ('cancelled') {
              <qc-notice tone="warning" class="mt-5">This order was cancelled. Nothing is on its way.</qc-notice>
            }
            @case ('failed') {
              <qc-notice tone="danger" class="mt-5">It could not be delivered. The shop is looking into it.</qc-notice>
            }
            @default {
              <qc-journey-stepper class="mt-7 block" [status]="order.status" />
            }
          }
          @if (order.partner; as partner) {
            <p class="mt-6 border-t border-line pt-4 text-muted">
              <strong class="font-semibold text-ink">{{ partner.firstName }}</strong> is your courier.
            </p>
          }
        </div>
      } @else if (missing()) {
        <h1 class="sr-only">No such delivery</h1>
        <qc-empty-state title="This link leads nowhere" text="It may be mistyped. Ask for it again where you got it.">
          <svg icon qcIcon="package-x" class="size-7"></svg>
        </qc-empty-state>
      } @else if (live.error(); as message) {
        <h1 class="sr-only">Track an order</h1>
        <qc-error-state [message]="message" (retry)="load(token())" />
      } @else {
        <h1 class="sr-only">Track an order</h1>
        <qc-skeleton class="h-96 rounded-card" />
      }
    </main>
  `,
})
export class TrackingPage {
  private readonly api = inject(OrdersApi);
  protected readonly live = inject(LiveOrderStore);
  protected readonly realtime = inject(Realtime);
  protected readonly theme = inject(Theme);
  protected readonly now = ticker(15_000);

  readonly token = input.required<string>();

  protected readonly missing = signal(false);
  protected readonly order = computed(() => this.live.order());
  protected readonly headline = computed(() => STATUS_LOOKS[this.order()!.status].label);
  protected readonly closed = computed(() => isClosed(this.order()!.status));

  constructor() {
    effect(() => {
      const token = this.token();
      untracked(() => void this.load(token));
    });
  }

  protected async load(token: string): Promise<void> {
    try {
      const order = await this.api.track(token);
      this.realtime.track(token);
      this.live.open(order.id, order);
    } catch (error) {
      this.missing.set(hasCode(error, 'ORDER_NOT_FOUND', 'NOT_FOUND', 'VALIDATION_FAILED'));
      this.live.fail(messageOf(error));
    }
  }
}
