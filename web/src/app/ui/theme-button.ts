import { Component, computed, input, output } from '@angular/core';
import { LucideMoon, LucideSun, LucideSunMoon } from '@lucide/angular';

const NAMES = { system: 'as the system', light: 'light', dark: 'dark' } as const;

@Component({
  selector: 'qc-theme-button',
  imports: [LucideMoon, LucideSun, LucideSunMoon],
  template: `
    <button
      type="button"
      class="grid size-11 place-items-center rounded-full hover:bg-sunken"
      (click)="next.emit()"
      [attr.title]="label()"
    >
      @switch (choice()) {
        @case ('light') {
          <svg lucideSun class="size-5"></svg>
        }
        @case ('dark') {
          <svg lucideMoon class="size-5"></svg>
        }
        @default {
          <svg lucideSunMoon class="size-5"></svg>
        }
      }
      <span class="sr-only">{{ label() }}</span>
    </button>
  `,
})
export class ThemeButton {
  readonly choice = input.required<keyof typeof NAMES>();
  readonly next = output<void>();
  protected readonly label = computed(() => `Colours: ${NAMES[this.choice()]}`);
}
