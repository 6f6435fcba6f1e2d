import { Component, computed, input, output } from '@angular/core';
import type { Product } from '@qc/contracts';
import { LucidePlus } from '@lucide/angular';
import { Badge } from '../../ui/badge';
import { MoneyPipe } from '../../ui/money-pipe';
import { QuantityStepper } from '../cart/quantity-stepper';

/** From here on down the card says how many are left. */
const LOW_STOCK = 8;

@Component({
  selector: 'qc-product-card',
  imports: [Badge, LucidePlus, MoneyPipe, QuantityStepper],
  host: { class: 'card flex flex-col overflow-hidden' },
  template: `
    @let item = product();
    <div class="relative">
      <img
        [src]="item.imageUrl ?? 'images/product-fallback.svg'"
        alt=""
        width="400"
        height="400"
        [attr.loading]="eager() ? 'eager' : 'lazy'"
        class="picture aspect-square w-full object-cover"
        [class.opacity-50]="soldOut()"
        [class.grayscale]="soldOut()"
      />
      @if (soldOut()) {
        <qc-badge class="absolute top-2.5 left-2.5">Sold out</qc-badge>
      } @else if (saving(); as percent) {
        <qc-badge tone="accent" class="absolute top-2.5 left-2.5">−{{ percent }} %</qc-badge>
      }
    </div>
    <div class="flex grow flex-col p-3.5 sm:p-4">
      <h2 class="leading-snug font-semibold tracking-normal">{{ item.name }}</h2>
      <p class="mt-0.5 text-sm text-muted">
        {{ item.unit }}
        @if (lowStock()) {
          <span class="font-semibold text-accent-ink">· only {{ item.stock }} left</span>
        }
      </p>
      <div class="mt-auto flex flex-wrap items-end justify-between gap-2 pt-3">
        <p class="leading-tight tabular-nums">
          @if (item.compareAtPrice; as before) {
            <s class="block text-sm text-muted"
              ><span class="sr-only">instead of </span>{{ before | money: currency() : 'short' }}</s
            >
          }
          <span class="text-lg font-bold">{{ item.price | money: currency() : 'short' }}</span>
        </p>
        @if (quantity()) {
          <qc-quantity-stepper
            [name]="item.name"
            [quantity]="quantity()"
            [most]="most()"
            (changed)="changed.emit($event)"
          />
        } @else {
          <button
            type="button"
            class="grid size-11 place-items-center rounded-control bg-brand-soft text-brand-ink transition hover:bg-brand hover:text-on-brand disabled:opacity-50"
            [disabled]="soldOut()"
            (click)="changed.emit(1)"
          >
            <svg lucidePlus class="size-5"></svg>
            <span class="sr-only">Add {{ item.name }}</span>
          </button>
        }
      </div>
    </div>
  `,
})
export class ProductCard {
  readonly product = input.required<Product>();
  readonly currency = input.required<string>();
  readonly quantity = input(0);
  /** Above the fold: loaded at once. */
  readonly eager = input(false);
  readonly changed = output<number>();

  protected readonly soldOut = computed(() => this.product().stock === 0);
  protected readonly lowStock = computed(() => !this.soldOut() && this.product().stock <= LOW_STOCK);
  protected readonly most = computed(() => Math.min(this.product().stock, 99));
  /** Whole percent, rounded down, so that it never promises too much. */
  protected readonly saving = computed(() => {
    const { price, compareAtPrice } = this.product();
    return compareAtPrice && compareAtPrice > price ? Math.floor(((compareAtPrice - price) * 100) / compareAtPrice) : 0;
  });
}
