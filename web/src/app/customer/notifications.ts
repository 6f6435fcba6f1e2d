import { inject, Injectable } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { Realtime } from '../core/realtime';
import { Toasts } from '../ui/toasts';

/** Shows what the server has to tell this person, once each. */
@Injectable()
export class Notifications {
  private readonly seen = new Set<string>();

  constructor() {
    const toasts = inject(Toasts);
    inject(Realtime)
      .on('notification')
      .pipe(takeUntilDestroyed())
      .subscribe(({ id, title, body }) => {
        if (this.seen.has(id)) return;
        this.seen.add(id);
        toasts.show(`${title}. ${body}`);
      });
  }
}
