import type { StoreSettings } from '@qc/contracts';
import { Types } from 'mongoose';
import type { NewAccount } from '../auth/accounts.service';
import { keywordsOf, type ProductRecord } from '../catalog/product.schema';
import type { StoreRecord } from '../catalog/store.schema';
import { DEMO_PRODUCTS } from './demo-products';

export const DEMO_PASSWORD = 'Demo-pass-123';

/** One customer, two partners and an admin: enough to play an order through in as many windows. */
export const DEMO_ACCOUNTS: readonly NewAccount[] = [
  {
    email: 'customer@demo.test',
    role: 'customer',
    profile: { firstName: 'Asha', lastName: 'Rao', phone: '+91 98450 10001' },
  },
  {
    email: 'partner@demo.test',
    role: 'partner',
    profile: { firstName: 'Ravi', lastName: 'Kumar', phone: '+91 98450 10002' },
    vehicle: { type: 'scooter' as const, plate: 'KA 03 HB 2214' },
  },
  {
    email: 'partner2@demo.test',
    role: 'partner',
    profile: { firstName: 'Meera', lastName: 'Nair', phone: '+91 98450 10003' },
    vehicle: { type: 'bicycle' as const },
  },
  { email: 'admin@demo.test', role: 'admin', profile: { firstName: 'Dev', lastName: 'Shetty' } },
].map((account) => ({
  ...account,
  role: account.role as NewAccount['role'],
  password: DEMO_PASSWORD,
  // these addresses are nobody's: there is no mail to follow
  emailVerifiedAt: new Date(),
}));

const SETTINGS: StoreSettings = {
  autoConfirm: true,
  autoReady: true,
  deliveryProof: 'none',
  deliveryFee: 2900,
  freeDeliveryFrom: 49_900,
  taxRateBps: 500,
  tripPayBase: 2500,
  tripPayPerKm: 800,
};

/** What a new installation begins with: closed, until its admin has put in what it is. */
export function firstStore(): StoreRecord {
  return {
    ...demoStore(),
    name: 'My store',
    address: 'Not set',
    location: { lat: 0, lng: 0 },
    timeZone: 'UTC',
    open: false,
  };
}

/** A dark store in Bengaluru that never closes. */
export function demoStore(): StoreRecord {
  return {
    _id: new Types.ObjectId(),
    name: 'Green Basket',
    location: { lat: 12.9719, lng: 77.6412 },
    address: '12 Lake Road, Indiranagar, Bengaluru 560038',
    timeZone: 'Asia/Kolkata',
    currency: 'INR',
    deliveryRadiusMeters: 8000,
    open: true,
    settings: SETTINGS,
  };
}

export function demoProducts(storeId: Types.ObjectId): ProductRecord[] {
  // newest first is how a shop shows what nobody has bought yet: the fruit in front
  return DEMO_PRODUCTS.toReversed().map(({ slug, ...product }) => ({
    ...product,
    _id: new Types.ObjectId(),
    storeId,
    imageUrl: `/images/products/${slug}.svg`,
    active: true,
    version: 1,
    sold: 0,
    keywords: keywordsOf(product.name, product.category, ...product.tags),
  }));
}
