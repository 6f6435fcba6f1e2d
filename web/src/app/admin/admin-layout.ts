import { Component, computed, inject } from '@angular/core';
import { Router, RouterOutlet } from '@angular/router';
import { Realtime } from '../core/realtime';
import { SessionStore } from '../core/session-store';
import { Theme } from '../core/theme';
import { ConnectionBadge } from '../ui/connection-badge';
import { type NavItem, PortalShell } from '../ui/portal-shell';
import { PartnersStore } from './partners/partners-store';

@Component({
  selector: 'qc-admin-layout',
  imports: [RouterOutlet, ConnectionBadge, PortalShell],
  template: `
    <qc-portal-shell
      [nav]="nav()"
      [name]="session.user()?.profile?.firstName"
      account="/admin/account"
      [theme]="theme.choice()"
      (themeNext)="theme.next()"
      (signOut)="signOut()"
    >
      <qc-connection-badge actions [state]="realtime.state()" />
      <router-outlet />
    </qc-portal-shell>
  `,
})
export class AdminLayout {
  private readonly router = inject(Router);
  private readonly partners = inject(PartnersStore);
  protected readonly session = inject(SessionStore);
  protected readonly theme = inject(Theme);
  protected readonly realtime = inject(Realtime);

  protected readonly nav = computed<readonly NavItem[]>(() => [
    { path: '/admin', label: 'Board', icon: 'layout-dashboard', exact: true },
    { path: '/admin/orders', label: 'Orders', icon: 'package' },
    { path: '/admin/partners', label: 'Partners', icon: 'bike', count: this.partners.waiting() },
    { path: '/admin/products', label: 'Products', icon: 'shopping-basket' },
    { path: '/admin/staff', label: 'Team', icon: 'users' },
    { path: '/admin/audit', label: 'Audit', icon: 'scroll-text' },
    { path: '/admin/settings', label: 'Settings', icon: 'settings' },
  ]);

  constructor() {
    // so that whoever waits for an approval is seen from any page
    void this.partners.load();
  }

  protected async signOut(): Promise<void> {
    await this.session.signOut();
    await this.router.navigateByUrl('/sign-in');
  }
}
