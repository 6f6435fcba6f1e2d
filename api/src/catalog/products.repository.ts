import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Category, Page, ProductQuery, ProductSort } from '@qc/contracts';
import type { ClientSession, Model, Types } from 'mongoose';
import { afterCursor, type ListOrder, toPage } from '../platform/mongo/cursor';
import { BatchedLookUp } from '../platform/mongo/batched-look-up';
import { oid } from '../platform/mongo/object-id';
import { keywordsOf, ProductRecord } from './product.schema';

const ORDER_BY = {
  newest: { field: '_id', direction: -1, kind: 'id' },
  price: { field: 'price', direction: 1, kind: 'number' },
  '-price': { field: 'price', direction: -1, kind: 'number' },
  popular: { field: 'sold', direction: -1, kind: 'number' },
  name: { field: 'name', direction: 1, kind: 'text' },
} as const satisfies Record<ProductSort, ListOrder & { field: keyof ProductRecord }>;

export type ProductChanges = Partial<
  Pick<
    ProductRecord,
    | 'name'
    | 'description'
    | 'category'
    | 'price'
    | 'compareAtPrice'
    | 'unit'
    | 'stock'
    | 'imageUrl'
    | 'tags'
    | 'active'
    | 'keywords'
  >
>;

interface Taken {
  productId: Types.ObjectId;
  quantity: number;
}

@Injectable()
export class ProductsRepository {
  private readonly sold = new BatchedLookUp((ids) => this.findForSale(ids));

  constructor(@InjectModel(ProductRecord.name) private readonly products: Model<ProductRecord>) {}

  async insert(products: ProductRecord[], session?: ClientSession): Promise<void> {
    await this.products.insertMany(products, { session });
  }

  byId(id: string, session?: ClientSession): Promise<ProductRecord | null> {
    return this.products.findById(oid(id), null, { session }).lean<ProductRecord>().exec();
  }

  /** Those of `ids` that can be bought. */
  forSale(ids: string[], session?: ClientSession): Promise<ProductRecord[]> {
    return session ? this.findForSale(ids, session) : this.sold.byIds(ids);
  }

  private findForSale(ids: string[], session?: ClientSession): Promise<ProductRecord[]> {
    return this.products
      .find({ _id: { $in: ids.map(oid) }, active: true }, null, { session })
      .lean<ProductRecord[]>()
      .exec();
  }

  async page(query: ProductQuery & { limit: number }): Promise<Page<ProductRecord>> {
    const order = ORDER_BY[query.sort ?? 'newest'];
    const { field, direction } = order;
    const found = await this.products
      .find({ ...matching(query), ...afterCursor(query.cursor, order) })
      .sort(field === '_id' ? { _id: direction } : { [field]: direction, _id: direction })
      .limit(query.limit + 1)
      .lean<ProductRecord[]>()
      .exec();
    return toPage(found, query.limit, (last) => ({
      value: field === '_id' ? last._id.toHexString() : last[field],
      id: last._id,
    }));
  }

  count(query: ProductQuery): Promise<number> {
    return this.products.countDocuments(matching(query)).exec();
  }

  async categories(storeId?: string): Promise<Category[]> {
    return this.products.aggregate<Category>([
      { $match: { active: true, ...(storeId ? { storeId: oid(storeId) } : {}) } },
      { $group: { _id: '$category', productCount: { $sum: 1 } } },
      { $sort: { _id: 1 } },
      { $project: { _id: 0, name: '$_id', productCount: 1 } },
    ]);
  }

  /** Applies the changes, `stockDelta` only as far as the stock does not fall below zero. null: the condition did not hold. */
  update(
    id: string,
    changes: ProductChanges,
    condition: { version?: number; stockDelta?: number },
    session?: ClientSession,
  ): Promise<ProductRecord | null> {
    const { version, stockDelta } = condition;
    return this.products
      .findOneAndUpdate(
        {
          _id: oid(id),
          ...(version !== undefined ? { version } : {}),
          ...(stockDelta !== undefined ? { stock: { $gte: -stockDelta } } : {}),
        },
        { $set: changes, $inc: { version: 1, ...(stockDelta !== undefined ? { stock: stockDelta } : {}) } },
        { session, returnDocument: 'after' },
      )
      .lean<ProductRecord>()
      .exec();
  }

  /** Answers the product as it was. null: there is none, or not at this version. */
  setImage(
    id: string,
    imageUrl: string,
    version: number | undefined,
    session: ClientSession,
  ): Promise<ProductRecord | null> {
    return this.products
      .findOneAndUpdate(
        { _id: oid(id), ...(version !== undefined && { version }) },
        { $set: { imageUrl }, $inc: { version: 1 } },
        { returnDocument: 'before', session },
      )
      .lean<ProductRecord>()
      .exec();
  }

  /** Takes these quantities, all of them. @throws Error when one is not there: the caller has read the stock in this transaction. */
  async take(quantities: ReadonlyMap<string, number>, session: ClientSession): Promise<void> {
    const taken = await this.shift(
      [...quantities].map(([id, quantity]) => ({ productId: oid(id), quantity })),
      (quantity) => ({ filter: { active: true, stock: { $gte: quantity } }, by: -quantity }),
      session,
    );
    if (taken !== quantities.size) throw new Error('stock changed within its own transaction');
  }

  /** Puts back what `take` took. */
  async putBack(items: readonly Taken[], session: ClientSession): Promise<void> {
    await this.shift(items, (quantity) => ({ filter: {}, by: quantity }), session);
  }

  /** Always in the same order, so that crosswise baskets meet at their first product. Answers how many it applied to. */
  private async shift(
    items: readonly Taken[],
    change: (quantity: number) => { filter: object; by: number },
    session: ClientSession,
  ): Promise<number> {
    const sorted = items.toSorted((a, b) => (a.productId.toHexString() < b.productId.toHexString() ? -1 : 1));
    const operations = sorted.map(({ productId, quantity }) => {
      const { filter, by } = change(quantity);
      const update = { $inc: { stock: by, sold: -by, version: 1 } };
      return { updateOne: { filter: { _id: productId, ...filter }, update } };
    });
    if (!operations.length) return 0;
    const { matchedCount } = await this.products.bulkWrite(operations, { session });
    return matchedCount;
  }
}

function matching({ storeId, category, search, minPrice, maxPrice }: ProductQuery): object {
  const words = keywordsOf(search ?? '');
  const price = {
    ...(minPrice !== undefined && { $gte: minPrice }),
    ...(maxPrice !== undefined && { $lte: maxPrice }),
  };
  return {
    active: true,
    ...(storeId && { storeId: oid(storeId) }),
    ...(category && { category }),
    // words are letters and digits only, so that there is nothing to escape
    ...(words.length && { $and: words.map((word) => ({ keywords: { $regex: `^${word}` } })) }),
    ...(Object.keys(price).length && { price }),
  };
}
