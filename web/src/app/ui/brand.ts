import { Component, input } from '@angular/core';
import { RouterLink } from '@angular/router';

@Component({
  selector: 'qc-brand',
  imports: [RouterLink],
  host: { class: 'block min-w-11' },
  template: `
    <a
      routerLink="/"
      class="flex h-11 items-center gap-x-2.5 rounded-control text-lg font-bold tracking-tight"
      [class]="compact() ? 'flex-wrap overflow-hidden' : ''"
    >
      <span class="grid h-11 shrink-0 place-items-center">
        <img src="favicon.svg" alt="" width="32" height="32" class="size-8" />
      </span>
      <span class="pr-1 leading-11">QuickCommerce</span>
    </a>
  `,
})
export class Brand {
  /** Where there is no room for the name, it wraps out of sight; it is still read out. */
  readonly compact = input(false);
}
