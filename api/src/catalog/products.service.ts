import { Injectable } from '@nestjs/common';
import type { Category, CreateProduct, Product, ProductPage, ProductQuery, UpdateProduct } from '@qc/contracts';
import { type ClientSession, Types } from 'mongoose';
import { AuditLog } from '../audit/audit-log';
import { differences } from '../audit/differences';
import type { Actor } from '../auth/actor';
import { Versioned } from '../platform/http/etag.interceptor';
import { invalid, Problem } from '../platform/http/problem';
import { Transactions } from '../platform/mongo/transactions';
import { productView } from './catalog.view';
import { keywordsOf, type ProductRecord } from './product.schema';
import { ProductsRepository } from './products.repository';
import { StoresService } from './stores.service';

@Injectable()
export class ProductsService {
  constructor(
    private readonly products: ProductsRepository,
    private readonly stores: StoresService,
    private readonly transactions: Transactions,
    private readonly audit: AuditLog,
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
  async create(request: CreateProduct, admin: Actor): Promise<Versioned<Product>> {
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
    await this.transactions.run(async (session) => {
      await this.products.insert([product], session);
      await this.record('product.created', null, product, admin, session);
    });
    return versioned(product);
  }

  /**
   * Stock changes by `stockDelta`, or to an absolute `stock` that is conditional on the version it was read at.
   * @throws PRODUCT_NOT_FOUND, VERSION_MISMATCH, OUT_OF_STOCK when a delta would take more than there is
   */
  async update(
    id: string,
    { stockDelta, ...changes }: UpdateProduct,
    admin: Actor,
    version?: number,
  ): Promise<Versioned<Product>> {
    if (changes.stock !== undefined && stockDelta !== undefined) throw invalid('stockDelta', 'cannot go with stock');
    if (changes.stock !== undefined && version === undefined)
      throw invalid('stock', 'needs If-Match with the version it was read at; or send stockDelta');
    return this.transactions.run(async (session) => {
      const current = await this.products.byId(id, session);
      if (!current) throw new Problem('PRODUCT_NOT_FOUND');
      const { name, category, tags } = { ...current, ...changes };
      const all = { ...changes, keywords: keywordsOf(name, category, ...tags) };
      const updated = await this.products.update(id, all, { version, stockDelta }, session);
      if (!updated) throw whyNotUpdated(current, version);
      await this.record('product.changed', current, updated, admin, session);
      return versioned(updated);
    });
  }

  /** Takes it out of the shop; orders that have it keep it. @throws PRODUCT_NOT_FOUND */
  async retire(id: string, admin: Actor): Promise<void> {
    await this.transactions.run(async (session) => {
      const current = await this.products.byId(id, session);
      const retired = await this.products.update(id, { active: false }, {}, session);
      if (!current || !retired) throw new Problem('PRODUCT_NOT_FOUND');
      await this.record('product.retired', current, retired, admin, session);
    });
  }

  /** Of nothing that changed there is nothing to keep. */
  private async record(
    action: string,
    before: ProductRecord | null,
    after: ProductRecord,
    admin: Actor,
    session: ClientSession,
  ): Promise<void> {
    const changed = differences(before ?? {}, entered(after));
    if (!changed) return;
    const fact = { action, by: admin, target: { kind: 'product', id: after._id } } as const;
    await this.audit.record({ ...fact, ...changed }, session);
  }
}

/** What somebody entered, without what the product counts and derives by itself. */
function entered({
  _id,
  storeId: _store,
  version: _version,
  sold: _sold,
  keywords: _words,
  ...fields
}: ProductRecord): object {
  return fields;
}

function whyNotUpdated({ _id, version: at, stock }: ProductRecord, version?: number): Problem {
  if (version !== undefined && at !== version)
    return new Problem('VERSION_MISMATCH', `the product is at version ${at}`, { version: at });
  return new Problem('OUT_OF_STOCK', `${stock} in stock`, { productId: _id.toHexString(), available: stock });
}

export function versioned(product: ProductRecord): Versioned<Product> {
  return new Versioned(productView(product), product.version);
}
