import { DestroyRef, effect, inject, Injectable, signal, untracked } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import type { Order, OrderEvent } from '@qc/contracts';
import { Subject } from 'rxjs';
import { Realtime } from '../core/realtime';

/** Milliseconds: asked again, so that the last event before a silence is not missed (contract). */
const SYNC_EVERY = 15_000;

/** Every order's events, each once and in order, across reconnects. Whoever was away too long is told to read anew (`resets`). */
@Injectable()
export class AdminFeed {
  private readonly realtime = inject(Realtime);
  private readonly versions = new Map<string, number>();
  private readonly subject = new Subject<OrderEvent>();
  private readonly resetCount = signal(0);
  private cursor?: string;

  readonly events = this.subject.asObservable();
  readonly resets = this.resetCount.asReadonly();

  constructor() {
    this.realtime
      .on('orderUpdated')
      .pipe(takeUntilDestroyed())
      .subscribe((event) => this.take(event as OrderEvent<Order>));
    effect(() => {
      this.realtime.connections();
      untracked(() => void this.join());
    });
    const timer = setInterval(() => void this.join(), SYNC_EVERY);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }

  private async join(): Promise<void> {
    if (this.realtime.state() !== 'live') return;
    const after = this.cursor;
    try {
      const { cursor, missed, reset } = await this.realtime.ask('joinAdminRoom', after === undefined ? {} : { after });
      this.cursor = cursor;
      for (const event of missed) this.take(event);
      if (reset || after === undefined) this.resetCount.update((count) => count + 1);
    } catch {
      // the next connection, or the next sync, tries again
    }
  }

  private take(event: OrderEvent): void {
    if (event.seq <= (this.versions.get(event.orderId) ?? 0)) return;
    this.versions.set(event.orderId, event.seq);
    this.subject.next(event);
  }
}
