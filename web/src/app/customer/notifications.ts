import { inject, Injectable } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { Router } from '@angular/router';
import { Realtime } from '../core/realtime';
import { Toasts } from '../ui/toasts';

/** Shows what the server has to tell this person, once each; not what the open page shows anyway. */
@Injectable()
export class Notifications {
  private readonly seen = new Set<string>();

  constructor() {
    const toasts = inject(Toasts);
    const router = inject(Router);
    inject(Realtime)
      .on('notification')
      .pipe(takeUntilDestroyed())
      .subscribe(({ id, title, body, orderId }) => {
        if (this.seen.has(id)) return;
        this.seen.add(id);
        const page = orderId && `/orders/${orderId}`;
        if (!page || !router.url.startsWith(page)) toasts.show(`${title}. ${body}`, 'info', page);
      });
  }
}
