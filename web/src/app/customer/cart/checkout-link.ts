import { Component, computed, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { SessionStore } from '../../core/session-store';
import { Button } from '../../ui/button';
import { Notice } from '../../ui/notice';

/** The way on from the cart, or why there is none. */
@Component({
  selector: 'qc-checkout-link',
  imports: [RouterLink, Button, Notice],
  host: { class: 'block' },
  template: `
    @if (mayOrder()) {
      <a qcButton size="large" routerLink="/checkout" class="w-full">Go to checkout</a>
    } @else {
      <qc-notice>You are signed in as {{ who() }}. To order, sign in with a customer account.</qc-notice>
    }
  `,
})
export class CheckoutLink {
  private readonly session = inject(SessionStore);
  protected readonly mayOrder = computed(() => !this.session.signedIn() || this.session.role() === 'customer');
  protected readonly who = computed(() => (this.session.role() === 'admin' ? 'an admin' : 'a courier'));
}
