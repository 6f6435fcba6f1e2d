import { Component, input } from '@angular/core';

@Component({
  selector: 'qc-spinner',
  host: { role: 'status', class: 'inline-flex items-center' },
  template: `
    <span
      class="size-5 animate-spin rounded-full border-2 border-current border-r-transparent"
      aria-hidden="true"
    ></span>
    <span class="sr-only">{{ label() }}</span>
  `,
})
export class Spinner {
  readonly label = input('Loading');
}
