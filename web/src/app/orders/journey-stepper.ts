import { Component, computed, input } from '@angular/core';
import { ORDER_STATUSES, type OrderStatus, type Timestamp } from '@qc/contracts';
import { Icon } from '../ui/icon';
import { ClockTimePipe } from '../ui/time-pipes';
import { JOURNEY } from './order-status';

type StepState = 'done' | 'now' | 'ahead';

/** The journey of an order as steps, with the time of those that are done. */
@Component({
  selector: 'qc-journey-stepper',
  imports: [Icon, ClockTimePipe],
  template: `
    <ol>
      @for (step of steps(); track step.status; let last = $last) {
        <li class="flex gap-4" [attr.aria-current]="step.state === 'now' ? 'step' : null">
          <div class="flex flex-col items-center">
            <span
              class="grid size-7 shrink-0 place-items-center rounded-full border-2 transition-colors duration-500"
              [class]="
                step.state === 'ahead'
                  ? 'border-line bg-surface'
                  : step.state === 'now'
                    ? 'border-brand bg-brand-soft'
                    : 'border-brand bg-brand text-on-brand'
              "
            >
              @if (step.state === 'done') {
                <svg qcIcon="check" class="size-4"></svg>
              } @else if (step.state === 'now') {
                <span class="size-2 animate-pulse rounded-full bg-brand"></span>
              }
            </span>
            @if (!last) {
              <span
                class="w-0.5 grow transition-colors duration-500"
                [class]="step.state === 'done' ? 'bg-brand' : 'bg-line'"
              ></span>
            }
          </div>
          <div class="flex grow items-baseline justify-between gap-3 pt-0.5" [class.pb-5]="!last">
            <div>
              <p class="font-semibold" [class.text-muted]="step.state === 'ahead'">{{ step.label }}</p>
              @if (step.state === 'now') {
                <p class="text-sm text-muted">{{ step.hint }}</p>
              }
            </div>
            @if (step.at; as at) {
              <time class="text-sm text-muted tabular-nums" [attr.datetime]="at">{{ at | clockTime }}</time>
            }
          </div>
        </li>
      }
    </ol>
  `,
})
export class JourneyStepper {
  readonly status = input.required<OrderStatus>();
  /** When each state was reached, as far as the reader knows. */
  readonly history = input<readonly { status: OrderStatus; at: Timestamp }[]>([]);

  protected readonly steps = computed(() => {
    const reached = ORDER_STATUSES.indexOf(this.status());
    return JOURNEY.map((step, index) => ({
      ...step,
      state: this.stateOf(index, reached),
      at: this.timeOf(step.status),
    }));
  });

  private stateOf(index: number, reached: number): StepState {
    const own = ORDER_STATUSES.indexOf(JOURNEY[index]!.status);
    if (own < reached || this.status() === 'delivered') return 'done';
    const previous = index === 0 ? -1 : ORDER_STATUSES.indexOf(JOURNEY[index - 1]!.status);
    return own === reached || (index === 0 && reached > previous && reached < own) ? 'now' : 'ahead';
  }

  private timeOf(status: OrderStatus): Timestamp | undefined {
    return this.history().findLast((entry) => entry.status === status)?.at;
  }
}
