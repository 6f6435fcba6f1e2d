import { Component } from '@angular/core';

/** Holds the place of what is on its way. Its size comes from the classes on it. */
@Component({
  selector: 'qc-skeleton',
  host: { class: 'block animate-pulse rounded-control bg-sunken', 'aria-hidden': 'true' },
  template: '',
})
export class Skeleton {}
