import type { Migration } from '../platform/mongo/migration';
import { sealPhonesAndAddresses } from './0001-seal-phones-and-addresses';

/** In order. One that was released is never changed: the next one mends it. */
export const MIGRATIONS: readonly Migration[] = [sealPhonesAndAddresses];
