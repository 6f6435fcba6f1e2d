import { Directive, inject } from '@angular/core';
import { Field } from './field';

/** The input, select or textarea within a `qc-field`: its look, its label, and what is wrong with it for those who listen. */
@Directive({
  selector: '[qcControl]',
  host: {
    class: 'field',
    '[id]': 'field.id',
    '[attr.aria-describedby]': 'field.describedBy()',
    '[attr.aria-invalid]': 'field.problem() ? true : null',
  },
})
export class Control {
  protected readonly field = inject(Field);
}
