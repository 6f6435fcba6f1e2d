import { Component, computed, input } from '@angular/core';

const RADIUS = 34;
const ROUND = 2 * Math.PI * RADIUS;
/** Seconds from which on it is urgent. */
const URGENT = 20;

/** Seconds that run out, as a ring and as a number. */
@Component({
  selector: 'qc-countdown-ring',
  host: { role: 'timer', class: 'relative grid size-20 shrink-0 place-items-center' },
  template: `
    <svg viewBox="0 0 80 80" class="absolute inset-0 size-full -rotate-90" fill="none" aria-hidden="true">
      <circle cx="40" cy="40" [attr.r]="radius" class="stroke-line" stroke-width="7" />
      <circle
        cx="40"
        cy="40"
        [attr.r]="radius"
        [class]="urgent() ? 'stroke-danger' : 'stroke-brand'"
        class="transition-[stroke-dashoffset] duration-300 ease-linear"
        stroke-width="7"
        stroke-linecap="round"
        [attr.stroke-dasharray]="round"
        [attr.stroke-dashoffset]="gap()"
      />
    </svg>
    <span class="text-xl font-bold tabular-nums" [class.text-danger-ink]="urgent()">
      {{ left() }}<span class="sr-only"> seconds left</span>
    </span>
  `,
})
export class CountdownRing {
  readonly left = input.required<number>();
  readonly of = input.required<number>();
  protected readonly radius = RADIUS;
  protected readonly round = ROUND;
  protected readonly urgent = computed(() => this.left() <= URGENT);
  protected readonly gap = computed(() => ROUND * (1 - Math.min(1, this.left() / Math.max(1, this.of()))));
}
