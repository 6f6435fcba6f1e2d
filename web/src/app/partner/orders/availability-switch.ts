import { Component, input, output } from '@angular/core';

@Component({
  selector: 'qc-availability-switch',
  host: { class: 'block' },
  template: `
    <button
      type="button"
      role="switch"
      class="flex w-full items-center justify-between gap-4 rounded-card px-5 py-4 text-left transition disabled:opacity-60"
      [class]="available() ? 'bg-brand text-on-brand' : 'card'"
      [attr.aria-checked]="available()"
      [disabled]="busy()"
      (click)="changed.emit(!available())"
    >
      <span>
        <span class="block text-xl font-bold">{{ available() ? 'You are online' : 'You are offline' }}</span>
        <span class="block">{{
          available() ? 'New orders appear here by themselves.' : 'Go online to see orders that wait.'
        }}</span>
      </span>
      <span
        class="relative h-9 w-16 shrink-0 rounded-full"
        [class]="available() ? 'bg-on-brand/30' : 'bg-sunken'"
        aria-hidden="true"
      >
        <span
          class="absolute top-1 left-1 size-7 rounded-full transition-transform"
          [class]="available() ? 'translate-x-7 bg-on-brand' : 'bg-field'"
        ></span>
      </span>
    </button>
  `,
})
export class AvailabilitySwitch {
  readonly available = input.required<boolean>();
  readonly busy = input(false);
  readonly changed = output<boolean>();
}
