import { Component, input, output } from '@angular/core';
import { LucideCloudOff } from '@lucide/angular';
import { Button } from './button';
import { EmptyState } from './empty-state';

/** What could not be loaded, and the way out. */
@Component({
  selector: 'qc-error-state',
  imports: [Button, EmptyState, LucideCloudOff],
  host: { role: 'alert', class: 'block' },
  template: `
    <qc-empty-state title="That did not work" [text]="message()">
      <svg icon lucideCloudOff class="size-7"></svg>
      <button type="button" qcButton (click)="retry.emit()">Try again</button>
    </qc-empty-state>
  `,
})
export class ErrorState {
  readonly message = input.required<string>();
  readonly retry = output<void>();
}
