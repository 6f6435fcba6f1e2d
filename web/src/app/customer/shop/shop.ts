import { Component, effect, type ElementRef, inject, input, signal, untracked, viewChild } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { PRODUCT_SORTS, type ProductSort } from '@qc/contracts';
import { Icon } from '../../ui/icon';
import { Button } from '../../ui/button';
import { EmptyState } from '../../ui/empty-state';
import { ErrorState } from '../../ui/error-state';
import { MoneyPipe } from '../../ui/money-pipe';
import { Skeleton } from '../../ui/skeleton';
import { Spinner } from '../../ui/spinner';
import { CartPanel } from '../cart/cart-panel';
import { CartStore } from '../cart/cart-store';
import { StoreInfo } from '../store-info';
import { CatalogStore } from './catalog-store';
import { ProductCard } from './product-card';

const SORT_NAMES: Record<ProductSort, string> = {
  popular: 'Popular',
  newest: 'Newest',
  price: 'Price: low to high',
  '-price': 'Price: high to low',
  name: 'Name',
};
/** Milliseconds after the last key before the shelf is asked. */
const TYPING_PAUSE = 250;

/** The shelf: what is looked at stands in the address, so that a link and the back button find it again. */
@Component({
  selector: 'qc-shop',
  imports: [Icon, RouterLink, Button, CartPanel, EmptyState, ErrorState, MoneyPipe, ProductCard, Skeleton, Spinner],
  templateUrl: './shop.html',
})
export class Shop {
  private readonly router = inject(Router);
  protected readonly catalog = inject(CatalogStore);
  protected readonly cart = inject(CartStore);
  protected readonly info = inject(StoreInfo);

  readonly category = input<string>();
  readonly search = input<string>();
  readonly sort = input<string>();

  protected readonly sorts = PRODUCT_SORTS.map((value) => ({ value, label: SORT_NAMES[value] })).sort((a) =>
    a.value === 'popular' ? -1 : 0,
  );
  protected readonly placeholders = Array.from({ length: 10 }, (_, index) => index);
  protected readonly typed = signal('');
  private readonly end = viewChild<ElementRef<HTMLElement>>('end');
  private typing?: ReturnType<typeof setTimeout>;

  constructor() {
    effect(() => this.load());
    effect((onCleanup) => {
      const target = this.end()?.nativeElement;
      // looked at anew after each page: on a tall screen the end may not have moved out of sight
      this.catalog.products();
      if (!target) return;
      const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && void this.catalog.more(), {
        rootMargin: '600px',
      });
      observer.observe(target);
      onCleanup(() => observer.disconnect());
    });
  }

  protected sortNow(): ProductSort {
    return PRODUCT_SORTS.find((sort) => sort === this.sort()) ?? 'popular';
  }

  protected load(): void {
    const filter = { category: this.category(), search: this.search(), sort: this.sortNow() };
    // who is still typing is ahead of the address
    if (this.typing === undefined) this.typed.set(filter.search ?? '');
    untracked(() => {
      this.info.retry();
      void this.catalog.show(filter);
    });
  }

  protected type(text: string): void {
    this.typed.set(text);
    clearTimeout(this.typing);
    this.typing = setTimeout(() => {
      this.typing = undefined;
      void this.go({ search: text.trim() || null });
    }, TYPING_PAUSE);
  }

  protected go(queryParams: Record<string, string | null>): Promise<boolean> {
    return this.router.navigate([], {
      queryParams,
      queryParamsHandling: 'merge',
      replaceUrl: 'search' in queryParams,
      scroll: 'manual',
    });
  }
}
