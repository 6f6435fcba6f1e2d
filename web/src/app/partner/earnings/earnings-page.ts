import { Component, computed, inject, resource, signal } from '@angular/core';
import { DeliveryApi } from '../../core/delivery-api';
import { messageOf } from '../../core/problem';
import { EmptyState } from '../../ui/empty-state';
import { ErrorState } from '../../ui/error-state';
import { Icon } from '../../ui/icon';
import { MoneyPipe } from '../../ui/money-pipe';
import { Skeleton } from '../../ui/skeleton';
import { TripList } from './trip-list';

const SPANS = [
  { days: 0, label: 'Today', none: 'No trips yet today' },
  { days: 7, label: 'Last 7 days', none: 'No trips in these 7 days' },
] as const;
const DAY = 86_400_000;

/** What was earned today, what has to be handed over, and each trip. */
@Component({
  selector: 'qc-earnings-page',
  imports: [EmptyState, ErrorState, Icon, MoneyPipe, Skeleton, TripList],
  templateUrl: './earnings-page.html',
})
export class EarningsPage {
  private readonly api = inject(DeliveryApi);

  protected readonly spans = SPANS;
  protected readonly span = signal<(typeof SPANS)[number]>(SPANS[0]);
  protected readonly stats = resource({ loader: () => this.api.stats() });
  protected readonly earnings = resource({
    params: () => this.span().days,
    // without a start the server takes the store's day, which need not be this phone's
    loader: ({ params }) => this.api.earnings(params ? new Date(Date.now() - params * DAY).toISOString() : undefined),
  });
  protected readonly problem = computed(() => {
    const error = this.stats.error() ?? this.earnings.error();
    // a resource wraps what is not an Error; what it wraps is what went wrong
    return error && messageOf(error.cause ?? error);
  });

  protected reload(): void {
    this.stats.reload();
    this.earnings.reload();
  }
}
