import { Component, input } from '@angular/core';

/** Says that there is nothing, why, and (as content) the way on. An icon goes into the `icon` slot. */
@Component({
  selector: 'qc-empty-state',
  host: { class: 'flex flex-col items-center px-6 py-14 text-center' },
  template: `
    <div class="mb-4 grid size-16 place-items-center rounded-full bg-brand-soft text-brand-ink">
      <ng-content select="[icon]" />
    </div>
    <h2 class="text-xl font-semibold">{{ title() }}</h2>
    <p class="mt-1 max-w-sm text-muted">{{ text() }}</p>
    <div class="mt-6 flex flex-wrap justify-center gap-3"><ng-content /></div>
  `,
})
export class EmptyState {
  readonly title = input.required<string>();
  readonly text = input('');
}
