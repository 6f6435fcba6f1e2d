import { Component, inject, input, output, signal } from '@angular/core';
import type { Order } from '@qc/contracts';
import { Icon } from '../../ui/icon';
import { messageOf } from '../../core/problem';
import { OrdersApi } from '../../core/orders-api';
import { Button } from '../../ui/button';
import { Toasts } from '../../ui/toasts';

@Component({
  selector: 'qc-rating-form',
  imports: [Icon, Button],
  host: { class: 'card block p-5 sm:p-6' },
  template: `
    @if (order().rating; as rating) {
      <p class="flex items-center gap-3 font-semibold">
        <svg qcIcon="star" class="size-6 shrink-0 fill-accent text-accent"></svg>
        You gave {{ rating.score }} of 5 stars. Thank you!
      </p>
    } @else {
      <fieldset>
        <legend class="text-lg font-semibold">How was it?</legend>
        <div class="mt-2 -ml-2 flex gap-1">
          @for (star of stars; track star) {
            <label
              class="grid size-12 cursor-pointer place-items-center rounded-full transition hover:bg-sunken has-focus-visible:outline-3 has-focus-visible:outline-brand"
              [class]="star <= score() ? 'text-accent' : 'text-field'"
            >
              <input type="radio" name="stars" class="sr-only" [value]="star" (change)="score.set(star)" />
              <svg qcIcon="star" class="size-8" [class.fill-current]="star <= score()"></svg>
              <span class="sr-only">{{ star }} of 5</span>
            </label>
          }
        </div>
      </fieldset>
      @if (score()) {
        <label class="mt-3 block text-sm font-medium" for="rating-comment">Something to add?</label>
        <textarea id="rating-comment" #comment class="field mt-1.5" rows="2" maxlength="1000"></textarea>
        <button type="button" qcButton class="mt-3" [disabled]="busy()" (click)="send(comment.value.trim())">
          Send
        </button>
      }
    }
  `,
})
export class RatingForm {
  private readonly api = inject(OrdersApi);
  private readonly toasts = inject(Toasts);

  readonly order = input.required<Order>();
  readonly rated = output<Order>();

  protected readonly stars = [1, 2, 3, 4, 5];
  protected readonly score = signal(0);
  protected readonly busy = signal(false);

  protected async send(comment: string): Promise<void> {
    this.busy.set(true);
    try {
      const rating = { score: this.score(), ...(comment && { comment }) };
      this.rated.emit(await this.api.rate(this.order().id, rating));
    } catch (error) {
      this.toasts.show(messageOf(error), 'danger');
    } finally {
      this.busy.set(false);
    }
  }
}
