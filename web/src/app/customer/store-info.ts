import { computed, inject, resource, Service } from '@angular/core';
import { CatalogApi } from '../core/catalog-api';

/** The store that is sold from, asked for once. */
@Service()
export class StoreInfo {
  private readonly api = inject(CatalogApi);
  private readonly stores = resource({ loader: () => this.api.stores() });

  readonly store = computed(() => (this.stores.hasValue() ? this.stores.value()[0] : undefined));
  /** ISO 4217; the demo's until the store is known, so that nothing jumps. */
  readonly currency = computed(() => this.store()?.currency ?? 'INR');

  /** Asks once more, if the first try failed. */
  retry(): void {
    if (this.stores.error()) this.stores.reload();
  }
}
