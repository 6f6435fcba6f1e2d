import { Component, computed, input, output } from '@angular/core';
import { Icon } from './icon';

const NAMES = { system: 'as the system', light: 'light', dark: 'dark' } as const;

@Component({
  selector: 'qc-theme-button',
  imports: [Icon],
  template: `
    <button
      type="button"
      class="grid size-11 place-items-center rounded-full hover:bg-sunken"
      (click)="next.emit()"
      [attr.title]="label()"
    >
      @switch (choice()) {
        @case ('light') {
          <svg qcIcon="sun" class="size-5"></svg>
        }
        @case ('dark') {
          <svg qcIcon="moon" class="size-5"></svg>
        }
        @default {
          <svg qcIcon="sun-moon" class="size-5"></svg>
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
