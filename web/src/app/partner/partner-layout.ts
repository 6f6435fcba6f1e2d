import { Component, inject } from '@angular/core';
import { Router, RouterOutlet } from '@angular/router';
import { LucideBike, LucideUser, LucideWallet } from '@lucide/angular';
import { Realtime } from '../core/realtime';
import { SessionStore } from '../core/session-store';
import { Theme } from '../core/theme';
import { ConnectionBadge } from '../ui/connection-badge';
import { type NavItem, PortalShell } from '../ui/portal-shell';
import { PositionSharing } from './position-sharing';

@Component({
  selector: 'qc-partner-layout',
  imports: [RouterOutlet, ConnectionBadge, PortalShell],
  template: `
    <qc-portal-shell
      [nav]="nav"
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

  protected readonly nav: readonly NavItem[] = [
    { path: '/partner', label: 'Deliveries', icon: LucideBike, exact: true },
    { path: '/partner/earnings', label: 'Earnings', icon: LucideWallet },
    { path: '/partner/profile', label: 'Profile', icon: LucideUser },
  ];

  constructor() {
    inject(PositionSharing);
  }

  protected async signOut(): Promise<void> {
    await this.session.signOut();
    await this.router.navigateByUrl('/sign-in');
  }
}
