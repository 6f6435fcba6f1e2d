import { DIALOG_DATA, DialogRef } from '@angular/cdk/dialog';
import { Component, computed, inject, signal } from '@angular/core';
import { FormField, form, maxLength, required, validate } from '@angular/forms/signals';
import type { CreateProduct, Product, UpdateProduct } from '@qc/contracts';
import { hasCode, messageOf } from '../../core/problem';
import { Button } from '../../ui/button';
import { Control } from '../../ui/control';
import { Field } from '../../ui/field';
import { Notice } from '../../ui/notice';
import { currencyDigits, moneyText, parseMoney } from '../../ui/parse-money';
import { Sheet } from '../../ui/sheet';
import { PictureField } from './picture-field';
import type { ProductsStore } from './products-store';

export interface ProductToEdit {
  product?: Product;
  store: ProductsStore;
}

/**
 * Makes a product, or changes one. Stock is put in once, then only ever added to or taken from. A chosen picture is sent once
 * the product is saved: when it alone is refused, the sheet goes on with the saved product and nothing is done twice.
 */
@Component({
  selector: 'qc-product-sheet',
  imports: [FormField, Button, Control, Field, Notice, PictureField, Sheet],
  templateUrl: './product-sheet.html',
})
export class ProductSheet {
  private readonly data = inject<ProductToEdit>(DIALOG_DATA);
  private readonly ref = inject<DialogRef<boolean>>(DialogRef);
  protected readonly product = signal(this.data.product);
  protected readonly currency = this.data.store.currency();
  protected readonly categories = this.data.store.categories();
  private readonly digits = currencyDigits(this.currency);

  private readonly model = signal(this.data.product ? textsOf(this.data.product, this.digits) : EMPTY);
  protected readonly form = form(this.model, (path) => {
    required(path.name, { message: 'A name is needed.' });
    maxLength(path.name, 120, { message: 'At most 120 characters.' });
    required(path.category, { message: 'A category is needed.' });
    validate(path.price, ({ value }) =>
      parseMoney(value(), this.digits) === undefined ? { kind: 'money', message: 'An amount such as 45.00.' } : null,
    );
    validate(path.compareAtPrice, ({ value, valueOf }) => {
      const before = parseMoney(value(), this.digits);
      if (!value().trim()) return null;
      if (before === undefined) return { kind: 'money', message: 'An amount such as 50.00, or nothing.' };
      const price = parseMoney(valueOf(path.price), this.digits);
      return price !== undefined && before <= price
        ? { kind: 'offer', message: 'Above the price, or nothing: else it is no offer.' }
        : null;
    });
    validate(path.stock, ({ value }) => {
      const pattern = this.product() ? /^([+-]?\d{1,7})?$/ : /^\d{1,7}$/;
      return pattern.test(value().trim())
        ? null
        : { kind: 'stock', message: this.product() ? 'A number such as 20 or -5.' : 'How many are there?' };
    });
  });
  protected readonly problem = signal<string | undefined>(undefined);
  protected readonly busy = signal(false);
  /** Chosen, not sent yet. */
  protected readonly picture = signal<File | undefined>(undefined);
  protected readonly pictureProblem = signal<string | undefined>(undefined);
  protected readonly progress = signal<number | undefined>(undefined);
  protected readonly stockHint = computed(() => {
    const product = this.product();
    return product ? `Now ${product.stock}. Sales go on meanwhile, so add or take away instead of setting it.` : '';
  });

  protected choose(file: File | undefined): void {
    this.picture.set(file);
    this.pictureProblem.set(undefined);
  }

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    for (const field of [
      this.form.name,
      this.form.category,
      this.form.price,
      this.form.compareAtPrice,
      this.form.stock,
    ])
      field().markAsTouched();
    if (this.busy() || !this.form().valid()) return;
    this.busy.set(true);
    this.problem.set(undefined);
    try {
      this.goOnWith(await this.send());
      if (await this.sendPicture()) this.ref.close(true);
    } catch (error) {
      this.problem.set(
        hasCode(error, 'VALIDATION_FAILED') ? (error.fieldErrors[0]?.message ?? error.message) : messageOf(error),
      );
    } finally {
      this.busy.set(false);
    }
  }

  /** What was saved is what is edited from now on. */
  private goOnWith(product: Product): void {
    this.product.set(product);
    this.model.set(textsOf(product, this.digits));
  }

  /** False: the picture was refused, and the person can choose another one. */
  private async sendPicture(): Promise<boolean> {
    const file = this.picture();
    if (!file) return true;
    this.progress.set(0);
    this.pictureProblem.set(undefined);
    try {
      const { id } = this.product()!;
      this.goOnWith(await this.data.store.setImage(id, file, (part) => this.progress.set(part)));
      this.picture.set(undefined);
      return true;
    } catch (error) {
      const text = hasCode(error, 'PAYLOAD_TOO_LARGE')
        ? 'The file is too large. Choose a smaller one.'
        : messageOf(error);
      this.pictureProblem.set(`The product is saved, its picture is not. ${text}`);
      return false;
    } finally {
      this.progress.set(undefined);
    }
  }

  private send(): Promise<Product> {
    const product = this.product();
    const { stock, ...text } = this.model();
    const given = {
      compareAtPrice: parseMoney(text.compareAtPrice, this.digits),
      unit: text.unit.trim() || undefined,
      imageUrl: text.imageUrl.trim() || undefined,
    };
    const fields: Omit<CreateProduct, 'stock'> = {
      name: text.name.trim(),
      description: text.description.trim(),
      category: text.category.trim(),
      price: parseMoney(text.price, this.digits)!,
      tags: text.tags
        .split(',')
        .map((tag) => tag.trim())
        .filter(Boolean),
      ...(product ? emptied(product) : {}),
      ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    };
    const amount = Number(stock.trim() || 0);
    if (!product) return this.data.store.create({ ...fields, stock: amount });
    return this.data.store.update(product.id, { ...fields, ...(amount && { stockDelta: amount }) });
  }
}

/** The picture of what has none. */
const NO_PICTURE = '/images/product-fallback.svg';

const EMPTY = {
  name: '',
  description: '',
  category: '',
  unit: '',
  price: '',
  compareAtPrice: '',
  stock: '',
  imageUrl: '',
  tags: '',
};

/** What stands for "none" where a product has something: a change that leaves a field out leaves it as it is. */
function emptied({
  compareAtPrice,
  unit,
  imageUrl,
}: Product): Pick<UpdateProduct, 'compareAtPrice' | 'unit' | 'imageUrl'> {
  return {
    ...(compareAtPrice && { compareAtPrice: 0 }),
    ...(unit && { unit: '' }),
    ...(imageUrl && { imageUrl: NO_PICTURE }),
  };
}

/** A product as a person writes it; stock is what to add. */
function textsOf(
  { name, description, category, unit = '', price, compareAtPrice, imageUrl, tags }: Product,
  digits: number,
): typeof EMPTY {
  return {
    ...{ name, description, category, unit, stock: '' },
    imageUrl: !imageUrl || imageUrl === NO_PICTURE ? '' : imageUrl,
    price: moneyText(price, digits),
    compareAtPrice: !compareAtPrice ? '' : moneyText(compareAtPrice, digits),
    tags: tags.join(', '),
  };
}
