import { Component, input } from '@angular/core';
import { Arrival } from '../../ui/arrival';
import { Icon } from '../../ui/icon';
import type { IconName } from '../../ui/icon-paths';

/** How it ended: the page's heading, what that means, and (as content) the way on. */
@Component({
  selector: 'qc-outcome',
  imports: [Arrival, Icon],
  host: { class: 'block' },
  template: `
    <div
      class="grid size-16 place-items-center rounded-full"
      [class]="good() ? 'bg-brand-soft text-brand-ink' : 'bg-accent-soft text-accent-ink'"
    >
      <svg [qcIcon]="icon()" class="size-7"></svg>
    </div>
    <h1 qcArrival class="mt-5 text-3xl font-bold">{{ title() }}</h1>
    <p class="mt-2 text-muted">{{ text() }}</p>
    <div class="mt-6 flex flex-wrap gap-3"><ng-content /></div>
  `,
})
export class Outcome {
  readonly title = input.required<string>();
  readonly text = input.required<string>();
  readonly icon = input<IconName>('circle-check');
  readonly good = input(true);
}
