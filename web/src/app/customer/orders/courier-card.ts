import { Component, computed, input } from '@angular/core';
import type { LatLng, OrderPartner } from '@qc/contracts';
import { Icon } from '../../ui/icon';
import { Button } from '../../ui/button';
import { AgoPipe, DistancePipe } from '../../ui/time-pipes';
import { straightLineMeters } from './straight-line';

const VEHICLES: Record<NonNullable<OrderPartner['vehicleType']>, string> = {
  bike: 'by motorbike',
  scooter: 'by scooter',
  car: 'by car',
  bicycle: 'by bicycle',
  foot: 'on foot',
};
/** Milliseconds: an older position says how old it is. */
const FRESH = 15_000;

/** Who brings the order, how far away, and how to call. */
@Component({
  selector: 'qc-courier-card',
  imports: [Icon, AgoPipe, Button, DistancePipe],
  host: { class: 'card flex items-center gap-4 p-5' },
  template: `
    <span class="grid size-14 shrink-0 place-items-center rounded-full bg-brand-soft text-brand-ink">
      <svg qcIcon="bike" class="size-7"></svg>
    </span>
    <div class="min-w-0 grow">
      <p class="text-lg font-semibold">{{ partner().firstName }}</p>
      <p class="text-sm text-muted">
        {{ vehicle() }}
        @if (meters(); as distance) {
          · about {{ distance | distance }} away
          @if (age() > fresh) {
            <span class="whitespace-nowrap">(seen {{ position()!.at | ago: now() }})</span>
          }
        }
      </p>
    </div>
    @if (partner().phone; as phone) {
      <a qcButton="secondary" [href]="'tel:' + phone.replaceAll(' ', '')"
        ><svg qcIcon="phone" class="size-5"></svg>Call</a
      >
    }
  `,
})
export class CourierCard {
  readonly partner = input.required<OrderPartner>();
  /** The newest position that was told, and when it was taken. */
  readonly position = input<LatLng & { at: string }>();
  readonly door = input<LatLng>();
  readonly now = input.required<number>();

  protected readonly fresh = FRESH;
  protected readonly vehicle = computed(() => {
    const type = this.partner().vehicleType;
    return type ? `Your courier, ${VEHICLES[type]}` : 'Your courier';
  });
  protected readonly age = computed(() => this.now() - Date.parse(this.position()?.at ?? ''));
  protected readonly meters = computed(() => {
    const [position, door] = [this.position(), this.door()];
    return position && door && straightLineMeters(position, door);
  });
}
