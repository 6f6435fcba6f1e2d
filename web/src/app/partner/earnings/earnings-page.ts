import { Component, computed, inject, resource, signal } from '@angular/core';
import { Icon } from '../../ui/icon';
import { DeliveryApi } from '../../core/delivery-api';
import { messageOf } from '../../core/problem';
import { EmptyState } from '../../ui/empty-state';
import { ErrorState } from '../../ui/error-state';
import { MoneyPipe } from '../../ui/money-pipe';
import { Skeleton } from '../../ui/skeleton';
import { ClockTimePipe } from '../../ui/time-pipes';

const SPANS = [
  { days: 0, label: 'Today' },
  { days: 7, label: 'Last 7 days' },
] as const;
const DAY = 86_400_000;

@Component({
  selector: 'qc-earnings-page',
  imports: [Icon, ClockTimePipe, EmptyState, ErrorState, MoneyPipe, Skeleton],
  templateUrl: './earnings-page.html',
})
export class EarningsPage {
  private readonly api = inject(DeliveryApi);

  protected readonly spans = SPANS;
  protected readonly days = signal<0 | 7>(0);
  protected readonly stats = resource({ loader: () => this.api.stats() });
  protected readonly earnings = resource({
    params: () => this.days(),
    loader: ({ params }) => this.api.earnings(params ? new Date(Date.now() - params * DAY).toISOString() : undefined),
  });
  protected readonly problem = computed(() => {
    const error = this.stats.error() ?? this.earnings.error();
    return error && messageOf((error as { cause?: unknown }).cause ?? error);
  });

  protected reload(): void {
    this.stats.reload();
    this.earnings.reload();
  }
}
