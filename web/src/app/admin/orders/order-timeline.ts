import { Component, computed, input } from '@angular/core';
import type { HistoryEntry, Order } from '@qc/contracts';
import { STATUS_SHORT } from '../../orders/order-status';
import { ClockTimePipe } from '../../ui/time-pipes';

/** Milliseconds: a phone that was offline longer than this gets both times shown. */
const WORTH_SAYING = 60_000;

const ROLES: Record<HistoryEntry['by']['role'], string> = {
  customer: 'the customer',
  partner: 'a courier',
  admin: 'an admin',
  system: 'the system',
};

/** What happened to an order, when, by whom and why; the newest at the end. */
@Component({
  selector: 'qc-order-timeline',
  imports: [ClockTimePipe],
  template: `
    <ol>
      @for (step of steps(); track step.seq) {
        <li class="relative pb-4 pl-6 last:pb-0">
          @if (!$last) {
            <span class="absolute top-3 bottom-[-0.375rem] left-[0.3125rem] w-0.5 bg-line" aria-hidden="true"></span>
          }
          <span
            class="absolute top-1.5 left-0 size-3 rounded-full"
            [class]="$last ? 'bg-brand ring-4 ring-brand-soft' : 'bg-field'"
            aria-hidden="true"
          ></span>
          <p class="flex items-baseline justify-between gap-3">
            <span>
              <span class="font-medium">{{ step.name }}</span>
              <span class="text-sm text-muted"> by {{ step.who }}</span>
            </span>
            <time class="text-sm whitespace-nowrap text-muted tabular-nums" [attr.datetime]="step.at">{{
              step.at | clockTime
            }}</time>
          </p>
          @if (step.occurredAt; as earlier) {
            <p class="text-sm text-muted">Done at {{ earlier | clockTime }}, sent when there was network again</p>
          }
          @if (step.note; as note) {
            <p class="text-sm text-muted">“{{ note }}”</p>
          }
        </li>
      }
    </ol>
  `,
})
export class OrderTimeline {
  readonly order = input.required<Order>();

  protected readonly steps = computed(() => {
    const order = this.order();
    return order.history.map(({ seq, status, at, occurredAt, by, note }) => ({
      seq,
      at,
      note,
      name: STATUS_SHORT[status],
      who: nameOf(by, order) ?? ROLES[by.role],
      occurredAt: occurredAt && Date.parse(at) - Date.parse(occurredAt) > WORTH_SAYING ? occurredAt : undefined,
    }));
  });
}

/** The first name of who did it, while the order knows it: a courier of an earlier attempt is nameless here. */
function nameOf({ id }: HistoryEntry['by'], { customer, partner }: Order): string | undefined {
  return id === undefined ? undefined : [customer, partner].find((person) => person?.id === id)?.firstName;
}
