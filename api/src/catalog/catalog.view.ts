import type { Product, Store } from '@qc/contracts';
import type { ProductRecord } from './product.schema';
import type { StoreRecord } from './store.schema';

export function productView(product: ProductRecord): Product {
  return {
    id: product._id.toHexString(),
    storeId: product.storeId.toHexString(),
    name: product.name,
    description: product.description,
    category: product.category,
    price: product.price,
    ...(product.compareAtPrice !== undefined && { compareAtPrice: product.compareAtPrice }),
    ...(product.unit !== undefined && { unit: product.unit }),
    stock: product.stock,
    ...(product.imageUrl !== undefined && { imageUrl: product.imageUrl }),
    tags: product.tags,
    active: product.active,
  };
}

/** Settings are the admin's alone. */
export function storeView(store: StoreRecord, forAdmin: boolean): Store {
  return {
    id: store._id.toHexString(),
    name: store.name,
    location: store.location,
    address: store.address,
    timeZone: store.timeZone,
    currency: store.currency,
    deliveryRadiusMeters: store.deliveryRadiusMeters,
    open: store.open,
    ...(forAdmin && { settings: store.settings }),
  };
}
