import { Component, computed, inject, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import { SecuritySection } from '../../account/security/security-section';
import { SessionStore } from '../../core/session-store';
import { Notice } from '../../ui/notice';
import { SecondFactor } from './second-factor';

/** An admin's own account. */
@Component({
  selector: 'qc-account-page',
  imports: [RouterLink, Notice, SecondFactor, SecuritySection],
  host: { class: 'mx-auto block max-w-2xl' },
  template: `
    <h1 class="text-3xl font-bold">Your account</h1>
    <p class="mt-1 text-muted">{{ session.user()?.profile?.firstName }} {{ session.user()?.profile?.lastName }}</p>
    @if (asked()) {
      @if (session.user()?.secondFactor) {
        <qc-notice tone="success" class="mt-5">
          The second factor is on, and the portal is open to you.
          <a routerLink="/admin" class="font-semibold underline underline-offset-4">Go to the board</a>
        </qc-notice>
      } @else {
        <qc-notice tone="warning" class="mt-5">
          <p class="text-base font-semibold">Set up a second factor first</p>
          <p class="mt-0.5">The shop asks it of all who run it. It takes a minute; after that the portal opens.</p>
        </qc-notice>
      }
    }
    <qc-second-factor class="mt-5" />
    <qc-security-section class="mt-5" />
  `,
})
export class AccountPage {
  protected readonly session = inject(SessionStore);
  /** `required`: the shop refused something for want of a second factor. */
  readonly setup = input<string>();
  protected readonly asked = computed(() => this.setup() === 'required');
}
