import { Component, computed, inject } from '@angular/core';
import { Router, RouterLink, RouterOutlet } from '@angular/router';
import { SessionStore } from '../core/session-store';
import { Theme } from '../core/theme';
import { Button } from '../ui/button';
import { type NavItem, PortalShell } from '../ui/portal-shell';
import { CartStore } from './cart/cart-store';
import { Notifications } from './notifications';

@Component({
  selector: 'qc-customer-layout',
  imports: [RouterLink, RouterOutlet, Button, PortalShell],
  template: `
    <qc-portal-shell
      [nav]="nav()"
      [name]="session.user()?.profile?.firstName"
      [theme]="theme.choice()"
      (themeNext)="theme.next()"
      (signOut)="signOut()"
    >
      @if (!session.signedIn()) {
        <a actions qcButton size="small" routerLink="/sign-in">Sign in</a>
      }
      <router-outlet />
    </qc-portal-shell>
  `,
})
export class CustomerLayout {
  private readonly router = inject(Router);
  private readonly cart = inject(CartStore);
  protected readonly session = inject(SessionStore);
  protected readonly theme = inject(Theme);

  protected readonly nav = computed<readonly NavItem[]>(() => [
    { path: '/shop', label: 'Shop', icon: 'store' },
    { path: '/cart', label: 'Cart', icon: 'shopping-basket', count: this.cart.count() },
    { path: '/orders', label: 'Orders', icon: 'package' },
    ...(this.session.signedIn() ? [{ path: '/profile', label: 'Profile', icon: 'user' as const }] : []),
  ]);

  constructor() {
    inject(Notifications);
  }

  protected async signOut(): Promise<void> {
    await this.session.signOut();
    await this.router.navigateByUrl('/shop');
  }
}
