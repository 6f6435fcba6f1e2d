import { Component, DOCUMENT, effect, inject, untracked } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { NavigationEnd, Router, RouterOutlet } from '@angular/router';
import { filter, map, pairwise } from 'rxjs';
import { SessionStore } from './core/session-store';
import { OfflineNotice } from './ui/offline-notice';
import { ToastOutlet } from './ui/toast-outlet';
import { Toasts } from './ui/toasts';

@Component({
  selector: 'qc-root',
  imports: [OfflineNotice, RouterOutlet, ToastOutlet],
  template: `
    <a
      href="#main"
      class="sr-only focus:not-sr-only focus:fixed focus:top-3 focus:left-3 focus:z-50 focus:rounded-control focus:bg-brand focus:px-4 focus:py-3 focus:text-on-brand"
      (click)="focusMain($event)"
    >
      Skip to content
    </a>
    <qc-offline-notice />
    <router-outlet />
    <qc-toast-outlet />
  `,
})
export class App {
  private readonly router = inject(Router);
  private readonly session = inject(SessionStore);
  private readonly toasts = inject(Toasts);
  private readonly document = inject(DOCUMENT);

  constructor() {
    this.router.events
      .pipe(
        filter((event) => event instanceof NavigationEnd),
        map(({ urlAfterRedirects }) => urlAfterRedirects.split(/[?#]/)[0]),
        pairwise(),
        // a filter in the address is still the same page: whoever types in it keeps the focus
        filter(([before, now]) => before !== now),
        takeUntilDestroyed(),
      )
      .subscribe(() => this.focusMain());
    effect(() => {
      if (this.session.interruptions()) untracked(() => this.reenter());
    });
  }

  /** Where a screen reader and the Tab key go on after a new page has come. */
  protected focusMain(event?: Event): void {
    // as a link it would leave the page: the base address is the root
    event?.preventDefault();
    this.document.getElementById('main')?.focus({ preventScroll: !event });
  }

  /** Somebody else ended or changed the session: the guards judge the page again. */
  private reenter(): void {
    if (!this.session.signedIn()) this.toasts.show('You have been signed out.', 'warning');
    void this.router.navigateByUrl(this.router.url, { onSameUrlNavigation: 'reload' });
  }
}
