import { Component, DestroyRef, effect, inject, input, signal } from '@angular/core';
import { Router } from '@angular/router';
import type { Product } from '@qc/contracts';
import { Icon } from '../../ui/icon';
import { CatalogApi } from '../../core/catalog-api';
import { messageOf } from '../../core/problem';
import { Badge, type Tone } from '../../ui/badge';
import { Button } from '../../ui/button';
import { ConfirmSheet, type Confirmation } from '../../ui/confirm-sheet';
import { EmptyState } from '../../ui/empty-state';
import { ErrorState } from '../../ui/error-state';
import { MoneyPipe } from '../../ui/money-pipe';
import { Sheets } from '../../ui/sheet';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { Toasts } from '../../ui/toasts';
import { ProductSheet, type ProductToEdit } from './product-sheet';
import { ProductsStore } from './products-store';

/** Milliseconds after the last key. */
const TYPING_PAUSE = 250;
const LOW_STOCK = 8;

@Component({
  selector: 'qc-products-page',
  imports: [Icon, Badge, Button, EmptyState, ErrorState, MoneyPipe, Notice, Skeleton],
  providers: [ProductsStore],
  templateUrl: './products-page.html',
})
export class ProductsPage {
  private readonly api = inject(CatalogApi);
  private readonly router = inject(Router);
  private readonly sheets = inject(Sheets);
  private readonly toasts = inject(Toasts);
  protected readonly store = inject(ProductsStore);
  protected readonly search = signal('');
  /** A product whose sheet to open: where a link from elsewhere leads. */
  readonly product = input<string>();
  private typing?: ReturnType<typeof setTimeout>;

  constructor() {
    inject(DestroyRef).onDestroy(() => clearTimeout(this.typing));
    const shown = this.store.show('');
    effect(() => {
      const id = this.product();
      // the sheet needs to know the currency first
      if (id) void shown.then(() => this.open(id));
    });
  }

  protected type(text: string): void {
    this.search.set(text);
    clearTimeout(this.typing);
    this.typing = setTimeout(() => void this.store.show(text), TYPING_PAUSE);
  }

  protected async edit(product?: Product): Promise<void> {
    const data: ProductToEdit = { store: this.store, ...(product && { product }) };
    if (await this.sheets.open<boolean, ProductToEdit>(ProductSheet, data)) this.toasts.show('Saved.', 'success');
  }

  private async open(id: string): Promise<void> {
    try {
      await this.edit(await this.api.product(id));
    } catch (error) {
      this.toasts.show(messageOf(error), 'danger');
    }
    await this.router.navigate([], { queryParams: { product: null }, queryParamsHandling: 'merge', replaceUrl: true });
  }

  protected async retire({ id, name }: Product): Promise<void> {
    const question = {
      title: `Retire ${name}?`,
      text: 'It leaves the shop at once. Orders that have it keep it.',
      confirm: 'Retire',
      danger: true,
    };
    if (!(await this.sheets.open<boolean, Confirmation>(ConfirmSheet, question))) return;
    await this.store.retire(id).catch((error: unknown) => this.toasts.show(messageOf(error), 'danger'));
  }

  protected async sellAgain({ id }: Product): Promise<void> {
    await this.store
      .update(id, { active: true })
      .catch((error: unknown) => this.toasts.show(messageOf(error), 'danger'));
  }

  protected stateOf({ active, stock }: Product): { label: string; tone: Tone } {
    if (!active) return { label: 'Retired', tone: 'neutral' };
    if (stock === 0) return { label: 'Sold out', tone: 'danger' };
    return { label: `${stock} in stock`, tone: stock <= LOW_STOCK ? 'warning' : 'neutral' };
  }
}
