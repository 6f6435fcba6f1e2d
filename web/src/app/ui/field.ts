import { Component, input } from '@angular/core';

let count = 0;

/** A label, its control and what is wrong with it. The control takes `id` and, when there is an error, `aria-describedby` from `field`. */
@Component({
  selector: 'qc-field',
  exportAs: 'qcField',
  host: { class: 'block' },
  template: `
    <label [for]="id" class="mb-1.5 flex items-baseline justify-between gap-2 text-sm font-medium">
      {{ label() }}
      @if (optional()) {
        <span class="font-normal text-muted">optional</span>
      }
    </label>
    <ng-content />
    @if (error(); as message) {
      <p [id]="errorId" class="mt-1.5 text-sm text-danger-ink">{{ message }}</p>
    } @else if (hint(); as text) {
      <p class="mt-1.5 text-sm text-muted">{{ text }}</p>
    }
  `,
})
export class Field {
  readonly label = input.required<string>();
  readonly error = input<string | undefined | null>();
  readonly hint = input<string>();
  readonly optional = input(false);

  readonly id = `field-${(count += 1)}`;
  readonly errorId = `${this.id}-error`;
}
