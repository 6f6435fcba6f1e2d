import { Injectable } from '@nestjs/common';
import { BASKET_LIMITS, type LatLng, type OrderLine, type Quote, type QuoteRequest } from '@qc/contracts';
import type { ProductRecord } from '../catalog/product.schema';
import { ProductsRepository } from '../catalog/products.repository';
import type { StoreRecord } from '../catalog/store.schema';
import { StoresRepository } from '../catalog/stores.repository';
import { Clock } from '../platform/clock';
import { invalid, Problem } from '../platform/http/problem';
import { estimateArrival } from './domain/arrival';
import { distanceMeters } from './domain/geo';
import { lineTotal, priceBasket } from './domain/pricing';

/** What somebody wants to buy, checked against the shop. */
export interface Basket {
  /** One line a product. */
  lines: OrderLine[];
  products: Map<string, ProductRecord>;
  store: StoreRecord;
  /** Store to door; undefined: the door's place is not known. */
  distanceMeters?: number;
  deliverable: boolean;
}

@Injectable()
export class BasketService {
  constructor(
    private readonly products: ProductsRepository,
    private readonly stores: StoresRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws PRODUCT_NOT_FOUND; VALIDATION_FAILED when the products are of more than one store */
  async open(items: readonly OrderLine[], door?: LatLng): Promise<Basket> {
    const lines = mergeLines(items);
    const found = await this.products.forSale(lines.map(({ productId }) => productId));
    const products = new Map(found.map((product) => [product._id.toHexString(), product]));
    const unknown = lines.find(({ productId }) => !products.has(productId));
    if (unknown) throw new Problem('PRODUCT_NOT_FOUND', undefined, { productId: unknown.productId });
    const storeId = found[0]!.storeId;
    if (!found.every((product) => product.storeId.equals(storeId))) throw invalid('items', 'must all be of one store');
    const store = await this.stores.byId(storeId);
    if (!store) throw new Problem('STORE_NOT_FOUND');
    const distance = door && distanceMeters(store.location, door);
    return {
      lines,
      products,
      store,
      ...(distance !== undefined && { distanceMeters: distance }),
      // an address without a place is taken as inside: a person wrote it, and the shop can still cancel
      deliverable: distance === undefined || distance <= store.deliveryRadiusMeters,
    };
  }

  /** Every line of the price, without placing. @throws as `open` */
  async quote({ items, deliveryAddress }: QuoteRequest): Promise<Quote> {
    const {
      lines,
      products,
      store,
      distanceMeters: distance,
      deliverable,
    } = await this.open(items, deliveryAddress?.location);
    const priced = lines.map(({ productId, quantity }) => {
      const { name, imageUrl, price } = products.get(productId)!;
      const line = { unitPrice: price, quantity };
      return { productId, name, ...(imageUrl && { imageUrl }), ...line, total: lineTotal(line) };
    });
    const now = this.clock.now();
    const arrival = estimateArrival('pending', now, distance, now);
    return {
      items: priced,
      ...priceBasket(priced, store.settings),
      currency: store.currency,
      eta: arrival && { from: arrival.from.toISOString(), to: arrival.to.toISOString() },
      deliverable: deliverable && store.open,
    };
  }
}

/** The same product twice is one line. @throws VALIDATION_FAILED when that line is too long */
function mergeLines(items: readonly OrderLine[]): OrderLine[] {
  const quantities = new Map<string, number>();
  for (const { productId, quantity } of items) quantities.set(productId, (quantities.get(productId) ?? 0) + quantity);
  const lines = [...quantities].map(([productId, quantity]) => ({ productId, quantity }));
  const long = lines.findIndex(({ quantity }) => quantity > BASKET_LIMITS.quantity);
  if (long >= 0) throw invalid(`items[${long}].quantity`, `must not be more than ${BASKET_LIMITS.quantity} in all`);
  return lines;
}
