import { Component, input, output } from '@angular/core';
import { Icon } from './icon';
import { Button } from './button';
import { EmptyState } from './empty-state';

/** What could not be loaded, and the way out. */
@Component({
  selector: 'qc-error-state',
  imports: [Icon, Button, EmptyState],
  host: { role: 'alert', class: 'block' },
  template: `
    <qc-empty-state title="That did not work" [text]="message()">
      <svg icon qcIcon="cloud-off" class="size-7"></svg>
      <button type="button" qcButton (click)="retry.emit()">Try again</button>
    </qc-empty-state>
  `,
})
export class ErrorState {
  readonly message = input.required<string>();
  readonly retry = output<void>();
}
