import { Injectable } from '@nestjs/common';
import type { Category, CreateProduct, Product, ProductPage, ProductQuery, UpdateProduct } from '@qc/contracts';
import { Types } from 'mongoose';
import { Versioned } from '../platform/http/etag.interceptor';
import { invalid, Problem } from '../platform/http/problem';
import { productView } from './catalog.view';
import { keywordsOf, type ProductRecord } from './product.schema';
import { ProductsRepository } from './products.repository';
import { StoresService } from './stores.service';

@Injectable()
export class ProductsService {
  constructor(
    private readonly products: ProductsRepository,
    private readonly stores: StoresService,
  ) {}

  /** Products for sale; a search also says how many there are. */
  async list(query: ProductQuery & { limit: number }): Promise<ProductPage> {
    const [page, total] = await Promise.all([
      this.products.page(query),
      query.search ? this.products.count(query) : undefined,
    ]);
    return {
      items: page.items.map(productView),
      nextCursor: page.nextCursor,
      ...(total !== undefined && { total }),
    };
  }

  async categories(storeId?: string): Promise<{ items: Category[]; nextCursor: null }> {
    return { items: await this.products.categories(storeId), nextCursor: null };
  }

  /** Retired products are there for admins only. @throws PRODUCT_NOT_FOUND */
  async read(id: string, forAdmin: boolean): Promise<Versioned<Product>> {
    const product = await this.products.byId(id);
    if (!product || !(product.active || forAdmin)) throw new Problem('PRODUCT_NOT_FOUND');
    return versioned(product);
  }

  /** `storeId` may be left out while there is one store. @throws STORE_NOT_FOUND */
  async create(request: CreateProduct): Promise<Versioned<Product>> {
    const store = await this.stores.only(request.storeId);
    const { name, description = '', category, tags = [], active = true } = request;
    const product: ProductRecord = {
      ...request,
      _id: new Types.ObjectId(),
      storeId: store._id,
      description,
      tags,
      active,
      version: 1,
      sold: 0,
      keywords: keywordsOf(name, category, ...tags),
    };
    await this.products.insert([product]);
    return versioned(product);
  }

  /**
   * Stock changes by `stockDelta`, or to an absolute `stock` that is conditional on the version it was read at.
   * @throws PRODUCT_NOT_FOUND, VERSION_MISMATCH, OUT_OF_STOCK when a delta would take more than there is
   */
  async update(id: string, { stockDelta, ...changes }: UpdateProduct, version?: number): Promise<Versioned<Product>> {
    if (changes.stock !== undefined && stockDelta !== undefined) throw invalid('stockDelta', 'cannot go with stock');
    if (changes.stock !== undefined && version === undefined)
      throw invalid('stock', 'needs If-Match with the version it was read at; or send stockDelta');
    const current = await this.products.byId(id);
    if (!current) throw new Problem('PRODUCT_NOT_FOUND');
    const { name, category, tags } = { ...current, ...changes };
    const all = { ...changes, keywords: keywordsOf(name, category, ...tags) };
    const updated = await this.products.update(id, all, { version, stockDelta });
    if (!updated) throw await this.whyNotUpdated(id, version);
    return versioned(updated);
  }

  /** Takes it out of the shop; orders that have it keep it. @throws PRODUCT_NOT_FOUND */
  async retire(id: string): Promise<void> {
    if (!(await this.products.update(id, { active: false }, {}))) throw new Problem('PRODUCT_NOT_FOUND');
  }

  private async whyNotUpdated(id: string, version?: number): Promise<Problem> {
    const now = await this.products.byId(id);
    if (!now) return new Problem('PRODUCT_NOT_FOUND');
    if (version !== undefined && now.version !== version) {
      return new Problem('VERSION_MISMATCH', `the product is at version ${now.version}`, { version: now.version });
    }
    return new Problem('OUT_OF_STOCK', `${now.stock} in stock`, { productId: id, available: now.stock });
  }
}

export function versioned(product: ProductRecord): Versioned<Product> {
  return new Versioned(productView(product), product.version);
}
