import { DIALOG_DATA, DialogRef } from '@angular/cdk/dialog';
import { Component, computed, inject, resource } from '@angular/core';
import type { Order, PartnerSummary } from '@qc/contracts';
import { AdminApi } from '../../core/admin-api';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Notice } from '../../ui/notice';
import { Sheet } from '../../ui/sheet';
import { Skeleton } from '../../ui/skeleton';

/** Who shall bring it: the readiest first. Closes with the partner's id. */
@Component({
  selector: 'qc-assign-sheet',
  imports: [Badge, Button, Notice, Sheet, Skeleton],
  template: `
    <qc-sheet [title]="'Assign ' + order.number">
      @if (order.lock) {
        <qc-notice tone="warning" class="mb-3"
          >A partner is looking at it right now. Assigning goes over that.</qc-notice
        >
      }
      <ul class="space-y-2">
        @if (partners.hasValue()) {
          @for (partner of candidates(); track partner.id) {
            <li>
              <button
                type="button"
                class="flex min-h-14 w-full items-center justify-between gap-3 rounded-control border border-line px-4 py-2 text-left hover:border-brand hover:bg-brand-soft"
                (click)="ref.close(partner.id)"
              >
                <span class="min-w-0">
                  <span class="block truncate font-semibold">{{ partner.firstName }} {{ partner.lastName }}</span>
                  <span class="block text-sm text-muted">{{ factsOf(partner) }}</span>
                  @if (!partner.available) {
                    <span class="block text-sm text-muted"
                      >Sees it only when back in the app: better call as well.</span
                    >
                  }
                </span>
                <qc-badge [tone]="partner.available ? (partner.activeDeliveries ? 'info' : 'success') : 'neutral'">{{
                  stateOf(partner)
                }}</qc-badge>
              </button>
            </li>
          } @empty {
            <li class="py-6 text-center text-muted">There is no delivery partner yet.</li>
          }
        } @else if (partners.error()) {
          <li>
            <qc-notice tone="danger">The partners could not be fetched.</qc-notice>
            <button type="button" qcButton="secondary" class="mt-3 w-full" (click)="partners.reload()">
              Try again
            </button>
          </li>
        } @else {
          <li><qc-skeleton class="h-14" /></li>
          <li><qc-skeleton class="h-14" /></li>
        }
      </ul>
    </qc-sheet>
  `,
})
export class AssignSheet {
  private readonly api = inject(AdminApi);
  protected readonly order = inject<Order>(DIALOG_DATA);
  protected readonly ref = inject<DialogRef<string>>(DialogRef);
  protected readonly partners = resource({ loader: () => this.api.partners() });
  protected readonly candidates = computed(() => {
    const all = this.partners.hasValue() ? this.partners.value().items : [];
    return all.filter(({ active }) => active).toSorted((a, b) => rank(a) - rank(b));
  });

  protected stateOf({ available, activeDeliveries }: PartnerSummary): string {
    const load = activeDeliveries ? `Busy (${activeDeliveries})` : 'Free';
    return available ? load : activeDeliveries ? `Offline, busy (${activeDeliveries})` : 'Offline';
  }

  protected factsOf({ vehicle, deliveriesToday, rating }: PartnerSummary): string {
    return [vehicle?.type, `${deliveriesToday} today`, rating && `${rating} stars`].filter(Boolean).join(' · ');
  }
}

/** Free, then busy, then offline. */
function rank({ available, activeDeliveries }: PartnerSummary): number {
  return (available ? 0 : 100) + activeDeliveries;
}
