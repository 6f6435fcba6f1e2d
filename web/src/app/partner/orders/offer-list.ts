import { Component, computed, input, output } from '@angular/core';
import type { Id, Order } from '@qc/contracts';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { formatMoney } from '../../ui/money-pipe';
import { Skeleton } from '../../ui/skeleton';
import { ticker } from '../../ui/ticker';
import { DistancePipe } from '../../ui/time-pipes';
import type { Departure } from '../offers-store';
import { OrderCard } from './order-card';

/** None while the last card is seen going. */
const HEADINGS = ['Nothing else waits', '1 order waits'];

/** What can be taken, as cards that come and go. */
@Component({
  selector: 'qc-offer-list',
  imports: [EmptyState, Icon, OrderCard, Skeleton],
  host: { class: 'block' },
  template: `
    <p class="sr-only" role="status">{{ announcement() }}</p>
    @if (!loaded()) {
      <div class="grid gap-4 sm:grid-cols-2 xl:grid-cols-3" aria-busy="true">
        <qc-skeleton class="h-72 rounded-card" />
        <qc-skeleton class="h-72 rounded-card" />
      </div>
    } @else if (cards().length) {
      <h2 class="mb-3 text-xl font-semibold">{{ heading() }}</h2>
      <ul class="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
        @for (card of cards(); track card.id) {
          <li>
            <qc-order-card
              class="h-full"
              [order]="card"
              [now]="now()"
              [heldUntil]="held()[card.id]"
              [departed]="departed()[card.id]"
              [busy]="busy()"
              (accepted)="accepted.emit($event)"
              (looked)="looked.emit($event)"
            />
          </li>
        }
      </ul>
    } @else {
      <qc-empty-state title="All quiet" text="Stay online: a new order appears here the moment it is ready.">
        <svg icon qcIcon="bike" class="size-7"></svg>
      </qc-empty-state>
    }
  `,
})
export class OfferList {
  readonly cards = input.required<readonly Order[]>();
  readonly held = input.required<Readonly<Record<Id, number>>>();
  readonly departed = input.required<Readonly<Record<Id, Departure>>>();
  /** The newest ones, for those who listen. */
  readonly arrived = input.required<readonly Order[]>();
  readonly loaded = input.required<boolean>();
  /** An answer is awaited: nothing can be pressed meanwhile. */
  readonly busy = input(false);
  readonly accepted = output<Order>();
  readonly looked = output<Order>();

  protected readonly now = ticker(1000);
  protected readonly count = computed(() => this.cards().filter(({ id }) => !this.departed()[id]).length);
  protected readonly heading = computed(() => HEADINGS[this.count()] ?? `${this.count()} orders wait`);
  protected readonly announcement = computed(() => {
    const [first, ...more] = this.arrived();
    if (!first) return '';
    if (more.length) return `${more.length + 1} new orders`;
    const far = first.distanceMeters ? `, ${new DistancePipe().transform(first.distanceMeters)}` : '';
    return `New order: ${formatMoney(first.tripPay ?? 0, first.currency)}${far}`;
  });
}
