import { Component, computed, input, output } from '@angular/core';
import { Spinner } from '../../ui/spinner';

/** Says what it means in either position, so that nobody has to guess what a tap does. */
@Component({
  selector: 'qc-availability-switch',
  imports: [Spinner],
  host: { class: 'block' },
  template: `
    <button
      type="button"
      role="switch"
      aria-label="Online"
      aria-describedby="availability"
      class="flex min-h-20 w-full items-center justify-between gap-4 rounded-card px-5 py-4 text-left transition disabled:cursor-progress"
      [class]="loud() ? 'bg-brand text-on-brand' : 'card'"
      [attr.aria-checked]="available()"
      [disabled]="switching()"
      (click)="changed.emit(!available())"
    >
      <span id="availability">
        <span class="block text-xl font-bold">{{ available() ? 'You are online' : 'You are offline' }}</span>
        <span class="block">{{ meaning() }}</span>
      </span>
      @if (switching()) {
        <qc-spinner label="Switching" />
      } @else {
        <span
          class="relative h-9 w-16 shrink-0 rounded-full border-2"
          [class]="
            loud()
              ? 'border-transparent bg-on-brand/30'
              : available()
                ? 'border-brand bg-brand'
                : 'border-field bg-sunken'
          "
          aria-hidden="true"
        >
          <span
            class="absolute top-0.5 left-0.5 size-7 rounded-full transition-transform"
            [class]="available() ? 'translate-x-7 bg-on-brand' : 'bg-field'"
          ></span>
        </span>
      }
    </button>
  `,
})
export class AvailabilitySwitch {
  readonly available = input.required<boolean>();
  readonly switching = input(false);
  /** A delivery is under way. */
  readonly delivering = input(false);
  readonly changed = output<boolean>();

  /** During a delivery the next step is what has to be seen first. */
  protected readonly loud = computed(() => this.available() && !this.delivering());
  protected readonly meaning = computed(() => {
    if (this.delivering()) {
      return this.available()
        ? 'Go offline and this delivery is your last for now.'
        : 'You keep this delivery. No new ones come after it.';
    }
    return this.available() ? 'New orders appear here by themselves.' : 'Go online to see the orders that wait.';
  });
}
