import { DIALOG_DATA, DialogRef } from '@angular/cdk/dialog';
import { Component, inject, signal } from '@angular/core';
import type { Id } from '@qc/contracts';
import { AdminApi } from '../../core/admin-api';
import { hasCode, messageOf } from '../../core/problem';
import { Button } from '../../ui/button';
import { Control } from '../../ui/control';
import { Field } from '../../ui/field';
import { Notice } from '../../ui/notice';
import { Sheet } from '../../ui/sheet';

export interface CustomerToErase {
  id: Id;
  firstName: string;
}

/** Says what goes and what stays, and asks for the admin's own password. Closes with true when the customer is erased. */
@Component({
  selector: 'qc-erase-sheet',
  imports: [Button, Control, Field, Notice, Sheet],
  template: `
    <qc-sheet [title]="'Erase ' + customer.firstName + '’s data?'">
      <div class="space-y-3 text-muted">
        <p>
          <strong class="text-ink">Goes for good:</strong> the account with name, e-mail and phone, and the addresses,
          notes and comments of all orders. The customer is signed out and cannot sign in again.
        </p>
        <p>
          <strong class="text-ink">Stays:</strong> the orders with what was bought and paid, without the person, as the
          books need them.
        </p>
      </div>
      <form class="mt-5 space-y-4" (submit)="erase($event)" novalidate>
        @if (problem(); as message) {
          <qc-notice tone="danger">{{ message }}</qc-notice>
        }
        <qc-field label="Your own password" hint="So that nobody else does this on your screen." [error]="wrong()">
          <input
            #box
            qcControl
            type="password"
            autocomplete="current-password"
            [value]="password()"
            (input)="password.set(box.value)"
          />
        </qc-field>
        <button type="submit" qcButton="danger" class="w-full" [disabled]="busy() || !password()">
          {{ busy() ? 'Erasing…' : 'Erase for good' }}
        </button>
      </form>
    </qc-sheet>
  `,
})
export class EraseSheet {
  private readonly api = inject(AdminApi);
  private readonly ref = inject<DialogRef<boolean>>(DialogRef);
  protected readonly customer = inject<CustomerToErase>(DIALOG_DATA);
  protected readonly password = signal('');
  protected readonly busy = signal(false);
  protected readonly problem = signal<string | undefined>(undefined);
  protected readonly wrong = signal<string | undefined>(undefined);

  protected async erase(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy() || !this.password()) return;
    this.busy.set(true);
    this.problem.set(undefined);
    this.wrong.set(undefined);
    try {
      await this.api.eraseUser(this.customer.id, this.password());
      this.ref.close(true);
    } catch (error) {
      if (hasCode(error, 'INVALID_CREDENTIALS')) this.wrong.set('This is not your password.');
      else this.problem.set(hasCode(error, 'ORDERS_OPEN') ? ORDERS_OPEN : messageOf(error));
    } finally {
      this.busy.set(false);
    }
  }
}

const ORDERS_OPEN = 'This customer has orders under way. Close or cancel them first.';
