import { Component, computed, inject, signal } from '@angular/core';
import { SessionStore } from '../../core/session-store';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Toasts } from '../../ui/toasts';
import { RecoveryCodeList } from './recovery-codes';
import { SecondFactorRemoval } from './second-factor-removal';
import { SecondFactorSetup } from './second-factor-setup';

/** The second factor of an admin: on or off, and the way from one to the other. */
@Component({
  selector: 'qc-second-factor',
  imports: [Badge, Button, RecoveryCodeList, SecondFactorRemoval, SecondFactorSetup],
  host: { class: 'card block p-5 sm:p-6', role: 'region', 'aria-labelledby': 'second-factor-title' },
  template: `
    <div class="flex flex-wrap items-center justify-between gap-3">
      <h2 id="second-factor-title" class="text-xl font-semibold">Second factor</h2>
      @if (on()) {
        <qc-badge tone="success">On</qc-badge>
      } @else {
        <qc-badge>Off</qc-badge>
      }
    </div>
    <p class="mt-1 text-muted">
      A code of an app on your phone, beside the password. A stolen password alone then opens nothing.
    </p>
    <div class="mt-5">
      @if (codes(); as kept) {
        <qc-recovery-codes [codes]="kept" (putAway)="codes.set(undefined)" />
      } @else if (changing()) {
        @if (on()) {
          <qc-second-factor-removal (left)="changing.set(false)" (turnedOff)="turnedOff()" />
        } @else {
          <qc-second-factor-setup (left)="changing.set(false)" (turnedOn)="turnedOn($event)" />
        }
      } @else {
        <button type="button" [qcButton]="on() ? 'secondary' : 'primary'" (click)="changing.set(true)">
          {{ on() ? 'Turn it off' : 'Set it up' }}
        </button>
      }
    </div>
  `,
})
export class SecondFactor {
  private readonly session = inject(SessionStore);
  private readonly toasts = inject(Toasts);

  protected readonly on = computed(() => this.session.user()?.secondFactor === true);
  protected readonly changing = signal(false);
  /** Nowhere else, and gone once they are put away or the page is left. */
  protected readonly codes = signal<readonly string[] | undefined>(undefined);

  protected async turnedOn(codes: readonly string[]): Promise<void> {
    this.codes.set(codes);
    await this.becomes(true);
  }

  protected async turnedOff(): Promise<void> {
    await this.becomes(false);
    this.toasts.show('The second factor is off.', 'success');
  }

  private async becomes(secondFactor: boolean): Promise<void> {
    this.changing.set(false);
    // what a token lets an admin do was decided when it was made
    await this.session.renew();
    const user = this.session.user();
    if (user) this.session.setUser({ ...user, secondFactor });
  }
}
