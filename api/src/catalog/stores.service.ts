import { Injectable } from '@nestjs/common';
import type { SettingsView, Store, UpdateSettings } from '@qc/contracts';
import { AuditLog } from '../audit/audit-log';
import { differences } from '../audit/differences';
import type { Actor } from '../auth/actor';
import { invalid, Problem } from '../platform/http/problem';
import { Transactions } from '../platform/mongo/transactions';
import { storeView } from './catalog.view';
import type { StoreRecord } from './store.schema';
import { StoresRepository } from './stores.repository';

@Injectable()
export class StoresService {
  constructor(
    private readonly stores: StoresRepository,
    private readonly transactions: Transactions,
    private readonly audit: AuditLog,
  ) {}

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
  async updateSettings({ storeId, ...change }: UpdateSettings, admin: Actor): Promise<SettingsView> {
    const { _id } = await this.only(storeId);
    const fields = Object.entries(change).map(([name, value]) => [
      isShopWindow(name) ? name : `settings.${name}`,
      value,
    ]);
    return this.transactions.run(async (session) => {
      const was = await this.stores.update(_id, Object.fromEntries(fields) as Record<string, unknown>, session);
      if (!was) throw new Problem('STORE_NOT_FOUND');
      const before = settingsView(was);
      const changed = differences(before, change);
      const fact = { action: 'settings.changed', by: admin, target: { kind: 'settings', id: _id } } as const;
      if (changed) await this.audit.record({ ...fact, ...changed }, session);
      return { ...before, ...change };
    });
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
