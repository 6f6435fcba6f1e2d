import { Component, DestroyRef, inject, input, output } from '@angular/core';
import { Button } from './button';
import { EmptyState } from './empty-state';
import { Icon } from './icon';

/** What could not be loaded, and the way out. When the network comes back it asks for another try by itself. */
@Component({
  selector: 'qc-error-state',
  imports: [Button, EmptyState, Icon],
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

  constructor() {
    const again = (): void => this.retry.emit();
    addEventListener('online', again);
    inject(DestroyRef).onDestroy(() => removeEventListener('online', again));
  }
}
