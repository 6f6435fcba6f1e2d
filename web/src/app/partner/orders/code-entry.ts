import { Component, input, output, signal } from '@angular/core';
import { Button } from '../../ui/button';
import { Spinner } from '../../ui/spinner';

const CODE = /^\d{4}$/;

/** The four digits that the customer says at the door. */
@Component({
  selector: 'qc-code-entry',
  imports: [Button, Spinner],
  host: { class: 'block' },
  template: `
    <form (submit)="$event.preventDefault(); send()" novalidate>
      <label class="mb-2 block text-lg font-semibold" for="delivery-code">The customer’s 4-digit code</label>
      <input
        #digits
        id="delivery-code"
        class="field mb-3 h-16 text-center text-3xl font-bold tracking-[0.4em] tabular-nums"
        inputmode="numeric"
        autocomplete="one-time-code"
        maxlength="4"
        [value]="code()"
        (input)="code.set(digits.value)"
      />
      <button qcButton size="large" type="submit" class="h-18 w-full text-xl" [disabled]="busy() || !complete()">
        @if (busy()) {
          <qc-spinner label="Sending" />
        } @else {
          {{ action() }}
        }
      </button>
    </form>
  `,
})
export class CodeEntry {
  readonly action = input.required<string>();
  readonly busy = input(false);
  readonly entered = output<string>();
  protected readonly code = signal('');

  protected complete(): boolean {
    return CODE.test(this.code());
  }

  protected send(): void {
    if (this.complete() && !this.busy()) this.entered.emit(this.code());
  }
}
