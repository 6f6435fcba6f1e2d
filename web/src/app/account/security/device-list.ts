import { Component, computed, inject, resource, signal } from '@angular/core';
import { Router } from '@angular/router';
import type { Id, SessionSummary } from '@qc/contracts';
import { hasCode, messageOf } from '../../core/problem';
import { SecurityApi } from '../../core/security-api';
import { SessionStore } from '../../core/session-store';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { type Confirmation, ConfirmSheet } from '../../ui/confirm-sheet';
import { ErrorState } from '../../ui/error-state';
import { Icon } from '../../ui/icon';
import type { IconName } from '../../ui/icon-paths';
import { Sheets } from '../../ui/sheet';
import { Skeleton } from '../../ui/skeleton';
import { ticker } from '../../ui/ticker';
import { AgoPipe } from '../../ui/time-pipes';
import { Toasts } from '../../ui/toasts';

const EVERYWHERE: Confirmation = {
  title: 'Sign out everywhere?',
  text: 'This device and all others are signed out at once. You sign in again with your password.',
  confirm: 'Sign out everywhere',
  danger: true,
};

/** Where this account is signed in, and the way to end it. */
@Component({
  selector: 'qc-device-list',
  imports: [AgoPipe, Badge, Button, ErrorState, Icon, Skeleton],
  host: { class: 'card block p-5 sm:p-6', role: 'region', 'aria-labelledby': 'devices-title' },
  template: `
    <h2 id="devices-title" class="text-xl font-semibold">Devices</h2>
    <p class="mt-1 text-muted">
      Where you are signed in. One that you do not know? Sign it out, and change your password.
    </p>
    @if (devices.error()) {
      <qc-error-state [message]="problem()" (retry)="devices.reload()" />
    } @else if (!devices.hasValue()) {
      <div class="mt-4 space-y-3" aria-busy="true">
        <qc-skeleton class="h-14" />
        <qc-skeleton class="h-14" />
      </div>
    } @else {
      <ul class="mt-3 divide-y divide-line">
        @for (device of shown(); track device.id) {
          <li class="flex items-center gap-4 py-3">
            <svg [qcIcon]="iconOf(device)" class="size-6 shrink-0 text-muted"></svg>
            <div class="min-w-0 grow">
              <p class="font-semibold wrap-anywhere">{{ device.device }}</p>
              <p class="text-sm text-muted">
                {{ device.current ? 'In use now' : 'Used ' + (device.lastUsedAt | ago: now()) }}
              </p>
              @if (device.address) {
                <p class="text-sm wrap-anywhere text-muted">{{ device.address }}</p>
              }
            </div>
            @if (device.current) {
              <qc-badge tone="success">This device</qc-badge>
            } @else {
              <button
                type="button"
                qcButton="secondary"
                size="small"
                [disabled]="ending() !== undefined"
                (click)="end(device)"
              >
                Sign out <span class="sr-only">{{ device.device }}</span>
              </button>
            }
          </li>
        }
      </ul>
    }
    <button type="button" qcButton="secondary" class="mt-4 w-full sm:w-auto" (click)="endAll()">
      Sign out everywhere
    </button>
  `,
})
export class DeviceList {
  private readonly api = inject(SecurityApi);
  private readonly sheets = inject(Sheets);
  private readonly toasts = inject(Toasts);
  private readonly router = inject(Router);
  private readonly session = inject(SessionStore);

  protected readonly now = ticker(30_000);
  protected readonly devices = resource({ loader: () => this.api.sessions() });
  protected readonly problem = computed(() => {
    const error = this.devices.error();
    return messageOf((error as { cause?: unknown } | undefined)?.cause ?? error);
  });
  /** This device first, then those last used. */
  protected readonly shown = computed(() =>
    (this.devices.hasValue() ? this.devices.value().items : []).toSorted(
      (a, b) => Number(b.current) - Number(a.current) || b.lastUsedAt.localeCompare(a.lastUsedAt),
    ),
  );
  protected readonly ending = signal<Id | undefined>(undefined);

  reload(): void {
    this.devices.reload();
  }

  protected iconOf({ device }: SessionSummary): IconName {
    return /Android|iPhone|iPad|iOS/.test(device) ? 'smartphone' : 'monitor';
  }

  protected async end({ id, device }: SessionSummary): Promise<void> {
    this.ending.set(id);
    try {
      await this.api.endSession(id).catch((error: unknown) => {
        // gone already: that is what was wanted
        if (!hasCode(error, 'SESSION_NOT_FOUND')) throw error;
      });
      this.devices.update((list) => list && { ...list, items: list.items.filter((other) => other.id !== id) });
      this.toasts.show(`${device} is signed out.`, 'success');
    } catch (error) {
      this.toasts.show(messageOf(error), 'warning');
    } finally {
      this.ending.set(undefined);
    }
  }

  protected async endAll(): Promise<void> {
    if (!(await this.sheets.open<boolean, Confirmation>(ConfirmSheet, EVERYWHERE))) return;
    await this.session.signOut({ everywhere: true });
    await this.router.navigateByUrl('/sign-in');
  }
}
