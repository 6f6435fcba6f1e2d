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
  async updateSettings({ storeId, open, deliveryRadiusMeters, ...settings }: UpdateSettings): Promise<SettingsView> {
    const store = await this.only(storeId);
    const fields = {
      ...(open !== undefined && { open }),
      ...(deliveryRadiusMeters !== undefined && { deliveryRadiusMeters }),
      ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [`settings.${name}`, value])),
    };
    const updated = await this.stores.update(store._id, fields);
    if (!updated) throw new Problem('STORE_NOT_FOUND');
    return settingsView(updated);
  }
}

function settingsView(store: StoreRecord): SettingsView {
  const { open, deliveryRadiusMeters } = store;
  return { storeId: store._id.toHexString(), open, deliveryRadiusMeters, ...store.settings };
}
