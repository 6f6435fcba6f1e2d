import type { Id, LatLng, MinorUnits, Page } from './primitives';

export interface Product {
  id: Id;
  storeId: Id;
  name: string;
  description: string;
  category: string;
  price: MinorUnits;
  /** The price before the offer, struck through beside `price`. */
  compareAtPrice?: MinorUnits;
  /** What one of it is: `500 g`, `6 pcs`. */
  unit?: string;
  stock: number;
  imageUrl?: string;
  tags: string[];
  active: boolean;
}

export interface CreateProduct {
  storeId?: Id;
  name: string;
  description?: string;
  category: string;
  price: MinorUnits;
  compareAtPrice?: MinorUnits;
  unit?: string;
  stock: number;
  imageUrl?: string;
  tags?: string[];
  active?: boolean;
}

/** Any subset. Stock changes by `stockDelta`, or to an absolute `stock` under `If-Match`. */
export interface UpdateProduct extends Partial<Omit<CreateProduct, 'storeId'>> {
  stockDelta?: number;
}

export const PRODUCT_SORTS = ['newest', 'price', '-price', 'popular', 'name'] as const;
export type ProductSort = (typeof PRODUCT_SORTS)[number];

export interface ProductQuery {
  storeId?: Id;
  category?: string;
  search?: string;
  minPrice?: MinorUnits;
  maxPrice?: MinorUnits;
  sort?: ProductSort;
  limit?: number;
  cursor?: string;
}

/** `total` counts all matches of a search. */
export type ProductPage = Page<Product> & { total?: number };

export interface Category {
  name: string;
  productCount: number;
}

/** What the customer shows at the door before an order counts as delivered. */
export const DELIVERY_PROOFS = ['none', 'code'] as const;
export type DeliveryProof = (typeof DELIVERY_PROOFS)[number];

/** How a store works. Money in minor units, distances in metres. */
export interface StoreSettings {
  /** A placed order is confirmed at once. */
  autoConfirm: boolean;
  /** A confirmed order goes straight to `ready`, as in a shop without kitchen staff. */
  autoReady: boolean;
  deliveryProof: DeliveryProof;
  deliveryFee: MinorUnits;
  /** A basket of at least this much is delivered for nothing; absent: never. */
  freeDeliveryFrom?: MinorUnits;
  /** Basis points (500 = 5 %) of each line. */
  taxRateBps: number;
  /** What a partner earns for a trip: base plus so much a kilometre. */
  tripPayBase: MinorUnits;
  tripPayPerKm: MinorUnits;
  /** What a customer pays who cancels while a partner is under way, out of what is paid already; absent: nothing. */
  cancellationFee?: MinorUnits;
}

export interface Store {
  id: Id;
  name: string;
  location: LatLng;
  address: string;
  /** IANA name. */
  timeZone: string;
  /** ISO 4217. */
  currency: string;
  deliveryRadiusMeters: number;
  open: boolean;
  /** Admin only. */
  settings?: StoreSettings;
}

export type StorePage = Page<Store>;
export type CategoryPage = Page<Category>;
