import { Component, inject } from '@angular/core';
import { Router, RouterOutlet } from '@angular/router';
import { Realtime } from '../core/realtime';
import { SessionStore } from '../core/session-store';
import { Theme } from '../core/theme';
import { ConnectionBadge } from '../ui/connection-badge';
import { type NavItem, PortalShell } from '../ui/portal-shell';

@Component({
  selector: 'qc-admin-layout',
  imports: [RouterOutlet, ConnectionBadge, PortalShell],
  template: `
    <qc-portal-shell
      [nav]="nav"
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
  protected readonly session = inject(SessionStore);
  protected readonly theme = inject(Theme);
  protected readonly realtime = inject(Realtime);

  protected readonly nav: readonly NavItem[] = [
    { path: '/admin', label: 'Board', icon: 'layout-dashboard', exact: true },
    { path: '/admin/orders', label: 'Orders', icon: 'package' },
    { path: '/admin/partners', label: 'Partners', icon: 'bike' },
    { path: '/admin/products', label: 'Products', icon: 'shopping-basket' },
    { path: '/admin/settings', label: 'Settings', icon: 'settings' },
  ];

  protected async signOut(): Promise<void> {
    await this.session.signOut();
    await this.router.navigateByUrl('/sign-in');
  }
}
