import { Component, computed, input } from '@angular/core';
import type { Earnings } from '@qc/contracts';
import { MoneyPipe } from '../../ui/money-pipe';
import { ClockTimePipe } from '../../ui/time-pipes';
import { tripDays } from './trip-days';

/** Trips by day, the latest first, and what they come to. */
@Component({
  selector: 'qc-trip-list',
  imports: [ClockTimePipe, MoneyPipe],
  host: { class: 'block' },
  template: `
    @let span = earnings();
    @for (day of days(); track day.name) {
      <section class="card mt-4 px-5 py-2">
        <h3 class="flex justify-between gap-4 border-b border-line py-3 font-semibold">
          {{ day.name }}
          <span class="tabular-nums">{{ day.total | money: span.currency }}</span>
        </h3>
        <ul class="divide-y divide-line">
          @for (trip of day.trips; track trip.orderId) {
            <li class="flex items-center justify-between gap-4 py-3.5">
              <span>
                <span class="block font-medium">{{ trip.number }}</span>
                <span class="text-sm text-muted">{{ trip.deliveredAt | clockTime }}</span>
              </span>
              <span class="text-right tabular-nums">
                <span class="block font-semibold">{{ trip.total | money: span.currency }}</span>
                @if (trip.tip) {
                  <span class="text-sm text-muted">
                    {{ trip.tripPay | money: span.currency }} + {{ trip.tip | money: span.currency }} tip
                  </span>
                }
              </span>
            </li>
          }
        </ul>
      </section>
    }
    @if (days().length > 1) {
      <p class="mt-4 flex justify-between px-5 text-xl font-bold tabular-nums">
        <span>Total</span><span>{{ span.total | money: span.currency }}</span>
      </p>
    }
  `,
})
export class TripList {
  readonly earnings = input.required<Earnings>();
  protected readonly days = computed(() => tripDays(this.earnings().trips));
}
