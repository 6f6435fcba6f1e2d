import { Component, inject, input, output, signal } from '@angular/core';
import type { Order } from '@qc/contracts';
import { LucideStar } from '@lucide/angular';
import { messageOf } from '../../core/problem';
import { OrdersApi } from '../../core/orders-api';
import { Button } from '../../ui/button';
import { Toasts } from '../../ui/toasts';

@Component({
  selector: 'qc-rating-form',
  imports: [Button, LucideStar],
  host: { class: 'card block p-5' },
  template: `
    @if (order().rating; as rating) {
      <p class="font-semibold">You gave {{ rating.score }} of 5 stars. Thank you!</p>
    } @else {
      <h2 class="text-lg font-semibold">How was it?</h2>
      <div class="mt-2 flex gap-1" role="radiogroup" aria-label="Stars">
        @for (star of [1, 2, 3, 4, 5]; track star) {
          <button
            type="button"
            role="radio"
            class="grid size-12 place-items-center rounded-full hover:bg-sunken"
            [class.text-accent-ink]="star <= score()"
            [class.text-field]="star > score()"
            [attr.aria-checked]="star === score()"
            [attr.aria-label]="star + ' of 5'"
            (click)="score.set(star)"
          >
            <svg lucideStar class="size-8" [class.fill-current]="star <= score()"></svg>
          </button>
        }
      </div>
      @if (score()) {
        <label class="mt-3 block text-sm font-medium" for="rating-comment">Something to add?</label>
        <textarea id="rating-comment" #comment class="field mt-1.5" rows="2" maxlength="1000"></textarea>
        <button type="button" qcButton class="mt-3" [disabled]="busy()" (click)="send(comment.value)">Send</button>
      }
    }
  `,
})
export class RatingForm {
  private readonly api = inject(OrdersApi);
  private readonly toasts = inject(Toasts);

  readonly order = input.required<Order>();
  readonly rated = output<Order>();

  protected readonly score = signal(0);
  protected readonly busy = signal(false);

  protected async send(comment: string): Promise<void> {
    this.busy.set(true);
    try {
      this.rated.emit(
        await this.api.rate(this.order().id, {
          score: this.score(),
          ...(comment.trim() && { comment: comment.trim() }),
        }),
      );
    } catch (error) {
      this.toasts.show(messageOf(error), 'danger');
    } finally {
      this.busy.set(false);
    }
  }
}
