import { FRESH_PRODUCTS } from './demo-products.fresh';
import { LARDER_PRODUCTS } from './demo-products.larder';

export interface DemoProduct {
  /** Also names the picture: web/public/images/products/<slug>.svg. */
  slug: string;
  name: string;
  description: string;
  category: string;
  /** Minor units (paise), as is `compareAtPrice`: the price before an offer, always above `price`. */
  price: number;
  compareAtPrice?: number;
  unit: string;
  stock: number;
  tags: string[];
}

/** What the demo shop sells: 48 products, six in each of eight categories. */
export const DEMO_PRODUCTS: readonly DemoProduct[] = [...FRESH_PRODUCTS, ...LARDER_PRODUCTS];
