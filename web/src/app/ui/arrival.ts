import { afterNextRender, Directive, ElementRef, inject } from '@angular/core';

/** Takes the focus when it appears, for the heading of a step: what was pressed to get there has gone with the step before. */
@Directive({ selector: '[qcArrival]', host: { tabindex: '-1', class: 'outline-none' } })
export class Arrival {
  constructor() {
    const { nativeElement } = inject<ElementRef<HTMLElement>>(ElementRef);
    afterNextRender(() => nativeElement.focus({ preventScroll: true }));
  }
}
