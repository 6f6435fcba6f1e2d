import { Component, input } from '@angular/core';
import { RouterLink } from '@angular/router';

@Component({
  selector: 'qc-brand',
  imports: [RouterLink],
  template: `
    <a routerLink="/" class="flex h-11 items-center gap-2.5 rounded-control pr-1 text-lg font-bold tracking-tight">
      <img src="favicon.svg" alt="" width="32" height="32" class="size-8" />
      <span [class]="compact() ? 'max-[22rem]:sr-only' : ''">QuickCommerce</span>
    </a>
  `,
})
export class Brand {
  /** The name gives way on the narrowest phones. */
  readonly compact = input(false);
}
