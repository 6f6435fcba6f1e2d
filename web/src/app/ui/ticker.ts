import { DestroyRef, inject, type Signal, signal } from '@angular/core';

/** The present moment, in steps: for countdowns and ages. Stands still while the page is hidden. In an injection context. */
export function ticker(everyMilliseconds: number): Signal<number> {
  const now = signal(Date.now());
  const timer = setInterval(() => {
    if (document.visibilityState === 'visible') now.set(Date.now());
  }, everyMilliseconds);
  inject(DestroyRef).onDestroy(() => clearInterval(timer));
  return now.asReadonly();
}
