import { Component, computed, inject } from '@angular/core';
import { Router, RouterOutlet } from '@angular/router';
import { Realtime } from '../core/realtime';
import { SessionStore } from '../core/session-store';
import { Theme } from '../core/theme';
import { ConnectionBadge } from '../ui/connection-badge';
import { type NavItem, PortalShell } from '../ui/portal-shell';
import { NewOrderAlert } from './new-order-alert';
import { OffersStore } from './offers-store';
import { PartnerStore } from './partner-store';
import { PositionSharing } from './position-sharing';

@Component({
  selector: 'qc-partner-layout',
  imports: [RouterOutlet, ConnectionBadge, PortalShell],
  template: `
    <qc-portal-shell
      [nav]="nav()"
      [name]="session.user()?.profile?.firstName"
      [theme]="theme.choice()"
      (themeNext)="theme.next()"
      (signOut)="signOut()"
    >
      <qc-connection-badge actions [state]="realtime.state()" />
      <router-outlet />
    </qc-portal-shell>
  `,
})
export class PartnerLayout {
  private readonly router = inject(Router);
  protected readonly session = inject(SessionStore);
  protected readonly theme = inject(Theme);
  protected readonly realtime = inject(Realtime);

  private readonly partner = inject(PartnerStore);
  private readonly offers = inject(OffersStore);

  protected readonly nav = computed((): readonly NavItem[] => [
    { path: '/partner', label: 'Deliveries', icon: 'bike', exact: true, count: this.waiting() },
    { path: '/partner/earnings', label: 'Earnings', icon: 'wallet' },
    { path: '/partner/profile', label: 'Profile', icon: 'user' },
  ]);
  /** What is under way, else what can be taken. */
  private readonly waiting = computed(() => this.partner.active().length || this.offers.open().length);

  constructor() {
    // both watch the stores on every page of this portal
    inject(PositionSharing);
    inject(NewOrderAlert);
  }

  protected async signOut(): Promise<void> {
    await this.session.signOut();
    await this.router.navigateByUrl('/sign-in');
  }
}
