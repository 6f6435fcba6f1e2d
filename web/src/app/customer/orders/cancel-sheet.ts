import { DIALOG_DATA, DialogRef } from '@angular/cdk/dialog';
import { Component, inject, resource, signal } from '@angular/core';
import type { Order } from '@qc/contracts';
import { messageOf } from '../../core/problem';
import { OrdersApi } from '../../core/orders-api';
import { Button } from '../../ui/button';
import { MoneyPipe } from '../../ui/money-pipe';
import { Notice } from '../../ui/notice';
import { Sheet } from '../../ui/sheet';
import { Skeleton } from '../../ui/skeleton';

/** What cancelling costs is said before the tap. Closes with the cancelled order. */
@Component({
  selector: 'qc-cancel-sheet',
  imports: [Button, MoneyPipe, Notice, Sheet, Skeleton],
  template: `
    <qc-sheet [title]="'Cancel ' + order.number + '?'">
      @if (terms.hasValue()) {
        @let rule = terms.value();
        <p class="text-muted">{{ rule.explanation }}</p>
        @if (rule.allowed) {
          <p class="mt-2 text-lg font-semibold">
            {{ rule.cost ? 'It costs you ' + (rule.cost | money: rule.currency) + '.' : 'It costs you nothing.' }}
          </p>
        }
      } @else if (terms.error()) {
        <qc-notice tone="warning">What it costs could not be fetched. Please try again in a moment.</qc-notice>
      } @else {
        <qc-skeleton class="h-16" />
      }
      @if (problem(); as message) {
        <qc-notice tone="danger" class="mt-4">{{ message }}</qc-notice>
      }
      <div class="mt-6 flex flex-col gap-2 sm:flex-row-reverse">
        <button
          type="button"
          qcButton="danger"
          class="grow"
          [disabled]="busy() || !terms.hasValue() || !terms.value().allowed"
          (click)="confirm()"
        >
          Cancel the order
        </button>
        <button type="button" qcButton="secondary" class="grow" (click)="ref.close()">Keep it</button>
      </div>
    </qc-sheet>
  `,
})
export class CancelSheet {
  private readonly api = inject(OrdersApi);
  protected readonly order = inject<Order>(DIALOG_DATA);
  protected readonly ref = inject<DialogRef<Order>>(DialogRef);
  protected readonly terms = resource({ loader: () => this.api.cancellation(this.order.id) });
  protected readonly problem = signal<string | undefined>(undefined);
  protected readonly busy = signal(false);

  protected async confirm(): Promise<void> {
    this.busy.set(true);
    try {
      this.ref.close(await this.api.cancel(this.order.id));
    } catch (error) {
      this.problem.set(messageOf(error));
      this.terms.reload();
    } finally {
      this.busy.set(false);
    }
  }
}
