import { Component, input, output } from '@angular/core';
import { Icon } from '../../ui/icon';

@Component({
  selector: 'qc-quantity-stepper',
  imports: [Icon],
  host: { class: 'inline-flex' },
  template: `
    <div
      class="flex h-11 items-center rounded-control bg-brand text-on-brand"
      role="group"
      [attr.aria-label]="'Quantity of ' + name()"
    >
      <button
        type="button"
        class="grid size-11 place-items-center rounded-control"
        (click)="changed.emit(quantity() - 1)"
      >
        @if (quantity() === 1) {
          <svg qcIcon="trash" class="size-4.5"></svg>
        } @else {
          <svg qcIcon="minus" class="size-4.5"></svg>
        }
        <span class="sr-only">{{ quantity() === 1 ? 'Remove' : 'One less' }} {{ name() }}</span>
      </button>
      <span class="min-w-6 text-center font-bold tabular-nums" aria-live="polite">{{ quantity() }}</span>
      <button
        type="button"
        class="grid size-11 place-items-center rounded-control disabled:opacity-50"
        [disabled]="quantity() >= most()"
        (click)="changed.emit(quantity() + 1)"
      >
        <svg qcIcon="plus" class="size-4.5"></svg>
        <span class="sr-only">One more {{ name() }}</span>
      </button>
    </div>
  `,
})
export class QuantityStepper {
  readonly name = input.required<string>();
  readonly quantity = input.required<number>();
  readonly most = input.required<number>();
  readonly changed = output<number>();
}
