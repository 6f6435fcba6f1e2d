import { Component, computed, input } from '@angular/core';

/** As much of a signal form's field as is needed to say what is wrong with it. */
export type FieldProblems = () => { touched(): boolean; errors(): readonly { message?: string }[] };

let count = 0;

/** A label, its control (`qcControl`) and what is wrong with it. */
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
    @if (problem(); as message) {
      <p [id]="errorId" class="mt-1.5 text-sm font-medium text-danger-ink">{{ message }}</p>
    } @else if (hint(); as text) {
      <p [id]="hintId" class="mt-1.5 text-sm text-muted">{{ text }}</p>
    }
  `,
})
export class Field {
  readonly label = input.required<string>();
  /** The field of the form: its first error is shown once the visitor has been there. */
  readonly of = input<FieldProblems>();
  /** An error from elsewhere, such as the server's. */
  readonly error = input<string | undefined | null>();
  readonly hint = input<string>();
  readonly optional = input(false);

  readonly id = `field-${(count += 1)}`;
  readonly errorId = `${this.id}-error`;
  readonly hintId = `${this.id}-hint`;

  readonly problem = computed(() => {
    const field = this.of()?.();
    return (field?.touched() && field.errors()[0]?.message) || this.error() || undefined;
  });
  readonly describedBy = computed(() => (this.problem() ? this.errorId : this.hint() ? this.hintId : null));
}
