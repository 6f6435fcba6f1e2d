import { Injectable } from '@nestjs/common';
import type { SettingsView, Store, UpdateSettings } from '@qc/contracts';
import { invalid, Problem } from '../platform/http/problem';
import { storeView } from './catalog.view';
import type { StoreRecord } from './store.schema';
import { StoresRepository } from './stores.repository';

@Injectable()
export class StoresService {
  constructor(private readonly stores: StoresRepository) {}

  async list(forAdmin: boolean): Promise<{ items: Store[]; nextCursor: null }> {
    const stores = await this.stores.all();
    return { items: stores.map((store) => storeView(store, forAdmin)), nextCursor: null };
  }

  /** The named store, or the one there is. @throws STORE_NOT_FOUND; VALIDATION_FAILED when a name is needed */
  async only(storeId?: string): Promise<StoreRecord> {
    if (storeId) {
      const store = await this.stores.byId(storeId);
      if (!store) throw new Problem('STORE_NOT_FOUND');
      return store;
    }
    const [first, second] = await this.stores.all();
    if (!first) throw new Problem('STORE_NOT_FOUND');
    if (second) throw invalid('storeId', 'is needed: there is more than one store');
    return first;
  }

  async settings(storeId?: string): Promise<SettingsView> {
    return settingsView(await this.only(storeId));
  }

  /** Holds for every order placed from now on. @throws STORE_NOT_FOUND */
  async updateSettings({ storeId, ...change }: UpdateSettings): Promise<SettingsView> {
    const store = await this.only(storeId);
    const fields = Object.entries(change).map(([name, value]) => [
      isShopWindow(name) ? name : `settings.${name}`,
      value,
    ]);
    const updated = await this.stores.update(store._id, Object.fromEntries(fields) as Record<string, unknown>);
    if (!updated) throw new Problem('STORE_NOT_FOUND');
    return settingsView(updated);
  }
}

const SHOP_WINDOW = ['name', 'address', 'location', 'timeZone', 'currency', 'open', 'deliveryRadiusMeters'] as const;

function isShopWindow(name: string): boolean {
  return (SHOP_WINDOW as readonly string[]).includes(name);
}

function settingsView({
  _id,
  name,
  address,
  location,
  timeZone,
  currency,
  open,
  deliveryRadiusMeters,
  settings,
}: StoreRecord): SettingsView {
  return {
    storeId: _id.toHexString(),
    name,
    address,
    location,
    timeZone,
    currency,
    open,
    deliveryRadiusMeters,
    ...settings,
  };
}
