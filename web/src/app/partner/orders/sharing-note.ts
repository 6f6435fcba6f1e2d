import { Component, computed, input, output } from '@angular/core';
import { Button } from '../../ui/button';
import { Icon } from '../../ui/icon';
import type { SharingState } from '../position-sharing';

const TEXTS: Record<SharingState, string> = {
  on: 'Your place is shared with the customer until this delivery ends.',
  searching: 'Looking for your place…',
  waiting: 'Your place is not shared yet.',
  refused: 'Your place is not shared: this browser does not allow it. The delivery goes on without it.',
  off: 'Your place is not shared while you are offline.',
};

/** Says in words whether the customer can see where the partner is. */
@Component({
  selector: 'qc-sharing-note',
  imports: [Button, Icon],
  host: { class: 'block' },
  template: `
    <div class="flex flex-wrap items-center gap-x-3 gap-y-2 text-sm text-muted">
      <svg
        [qcIcon]="state() === 'on' ? 'map-pin' : 'map-pin-off'"
        class="size-5 shrink-0"
        [class.text-brand-ink]="state() === 'on'"
      ></svg>
      <p class="grow basis-0" role="status">{{ text() }}</p>
      @if (state() === 'waiting') {
        <button type="button" qcButton="secondary" (click)="allowed.emit()">Share it</button>
      }
    </div>
  `,
})
export class SharingNote {
  readonly state = input.required<SharingState>();
  /** A tap that lets the browser ask. */
  readonly allowed = output<void>();
  protected readonly text = computed(() => TEXTS[this.state()]);
}
