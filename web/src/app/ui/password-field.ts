import { Component, input, signal } from '@angular/core';
import { type FieldTree, FormField } from '@angular/forms/signals';
import { Control } from './control';
import { Field } from './field';

/** A password, which can be looked at: what is typed unseen is mistyped. */
@Component({
  selector: 'qc-password-field',
  imports: [Control, Field, FormField],
  host: { class: 'block' },
  template: `
    <qc-field [label]="label()" [of]="of()" [hint]="hint()">
      <div class="relative">
        <input
          qcControl
          class="pr-20"
          autocapitalize="none"
          spellcheck="false"
          [type]="shown() ? 'text' : 'password'"
          [attr.autocomplete]="autocomplete()"
          [formField]="of()"
        />
        <button
          type="button"
          class="absolute inset-y-0 right-0 rounded-control px-4 text-sm font-semibold text-brand-ink"
          (click)="shown.set(!shown())"
        >
          {{ shown() ? 'Hide' : 'Show' }} <span class="sr-only">what is typed</span>
        </button>
      </div>
    </qc-field>
  `,
})
export class PasswordField {
  readonly label = input.required<string>();
  readonly of = input.required<FieldTree<string>>();
  readonly autocomplete = input<'current-password' | 'new-password'>('current-password');
  readonly hint = input<string>();
  protected readonly shown = signal(false);
}
