import { Component, computed, input } from '@angular/core';
import { ICON_PATHS, type IconName } from './icon-paths';

/** A drawing. Decoration only: what it means stands in words beside it. */
@Component({
  // a drawing has to be the <svg> itself: its classes size and colour it
  // eslint-disable-next-line @angular-eslint/component-selector
  selector: 'svg[qcIcon]',
  host: {
    viewBox: '0 0 24 24',
    width: '24',
    height: '24',
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': '2',
    'stroke-linecap': 'round',
    'stroke-linejoin': 'round',
    'aria-hidden': 'true',
  },
  template: '<svg:path [attr.d]="path()" />',
})
export class Icon {
  readonly qcIcon = input.required<IconName>();
  protected readonly path = computed(() => ICON_PATHS[this.qcIcon()]);
}
