import { Component, computed, input, output } from '@angular/core';
import { BASKET_LIMITS, type Product } from '@qc/contracts';
import { Badge } from '../../ui/badge';
import { Icon } from '../../ui/icon';
import { MoneyPipe } from '../../ui/money-pipe';
import { QuantityStepper } from '../cart/quantity-stepper';

/** From here on down the card says how many are left. */
const LOW_STOCK = 8;

/** One product. The way into the cart lies on the picture, so that nothing moves when it becomes a stepper. */
@Component({
  selector: 'qc-product-card',
  imports: [Badge, Icon, MoneyPipe, QuantityStepper],
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
      @if (quantity()) {
        <qc-quantity-stepper
          class="absolute right-2 bottom-2 rounded-control shadow-float"
          [name]="item.name"
          [quantity]="quantity()"
          [most]="most()"
          (changed)="changed.emit($event)"
        />
      } @else if (!soldOut()) {
        <button
          type="button"
          class="absolute right-2 bottom-2 grid size-11 place-items-center rounded-control bg-surface text-brand-ink shadow-float transition hover:bg-brand hover:text-on-brand"
          (click)="changed.emit(1)"
        >
          <svg qcIcon="plus" class="size-5.5"></svg>
          <span class="sr-only">Add {{ item.name }}</span>
        </button>
      }
    </div>
    <div class="flex grow flex-col p-3.5 sm:p-4">
      <p class="flex flex-wrap items-baseline gap-x-2 leading-tight tabular-nums">
        <span class="text-lg font-bold">{{ item.price | money: currency() : 'short' }}</span>
        @if (item.compareAtPrice; as before) {
          <s class="text-sm text-muted"
            ><span class="sr-only">instead of </span>{{ before | money: currency() : 'short' }}</s
          >
        }
      </p>
      <h2 class="mt-1 leading-snug font-semibold tracking-normal">{{ item.name }}</h2>
      <p class="mt-0.5 text-sm text-muted">
        {{ item.unit }}
        @if (lowStock()) {
          <span class="font-semibold text-accent-ink">· only {{ item.stock }} left</span>
        }
      </p>
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
  protected readonly most = computed(() => Math.min(this.product().stock, BASKET_LIMITS.quantity));
  /** Whole percent, rounded down, so that it never promises too much. */
  protected readonly saving = computed(() => {
    const { price, compareAtPrice } = this.product();
    return compareAtPrice && compareAtPrice > price ? Math.floor(((compareAtPrice - price) * 100) / compareAtPrice) : 0;
  });
}
