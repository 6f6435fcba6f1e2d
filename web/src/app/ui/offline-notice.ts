import { Component, DestroyRef, inject, signal } from '@angular/core';
import { Icon } from './icon';

/** Says that the network is gone, for as long as the browser knows that it is. */
@Component({
  selector: 'qc-offline-notice',
  imports: [Icon],
  host: { role: 'status', class: 'block' },
  template: `
    @if (offline()) {
      <p
        class="flex min-h-11 items-center justify-center gap-2 bg-accent-soft px-4 py-2 text-center text-sm font-medium text-accent-ink"
      >
        <svg qcIcon="cloud-off" class="size-4.5 shrink-0"></svg>
        No network. What you see may be old; it catches up by itself.
      </p>
    }
  `,
})
export class OfflineNotice {
  protected readonly offline = signal(!navigator.onLine);

  constructor() {
    const look = (): void => this.offline.set(!navigator.onLine);
    addEventListener('online', look);
    addEventListener('offline', look);
    inject(DestroyRef).onDestroy(() => {
      removeEventListener('online', look);
      removeEventListener('offline', look);
    });
  }
}
