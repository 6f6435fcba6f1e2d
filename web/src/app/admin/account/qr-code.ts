import { Component, computed, input } from '@angular/core';
import { encode } from 'uqr';

/** Modules of white around the code, without which scanners do not find it (ISO/IEC 18004). */
const QUIET = 4;

/** A QR code, dark on white in either theme: many scanners cannot read the reverse. */
@Component({
  selector: 'qc-qr-code',
  host: { class: 'block' },
  template: `
    <svg
      class="w-full rounded-control"
      role="img"
      shape-rendering="crispEdges"
      [attr.aria-label]="label()"
      [attr.viewBox]="'0 0 ' + size() + ' ' + size()"
    >
      <rect width="100%" height="100%" fill="#fff" />
      <path fill="#000" [attr.d]="path()" />
    </svg>
  `,
})
export class QrCode {
  readonly text = input.required<string>();
  readonly label = input.required<string>();

  private readonly code = computed(() => encode(this.text(), { border: QUIET, ecc: 'M' }));
  protected readonly size = computed(() => this.code().size);
  protected readonly path = computed(() => this.code().data.flatMap(rowPath).join(''));
}

/** Each dark module as a square of side 1. */
function rowPath(row: readonly boolean[], y: number): string[] {
  return row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''));
}
