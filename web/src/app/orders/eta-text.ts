import { Component, computed, input } from '@angular/core';
import type { Eta } from '@qc/contracts';

/** An arrival as minutes from now, as a range: `12–18 min`. */
@Component({ selector: 'qc-eta-text', template: '{{ text() }}' })
export class EtaText {
  readonly eta = input.required<Eta>();
  readonly now = input.required<number>();
  protected readonly text = computed(() => etaText(this.eta(), this.now()));
}

/** Whole minutes, the earlier rounded down and the later up, so that the range is never too good. */
export function etaText({ from, to }: Eta, now: number): string {
  const first = Math.max(0, Math.floor((Date.parse(from) - now) / 60_000));
  const last = Math.max(1, Math.ceil((Date.parse(to) - now) / 60_000));
  return first >= last ? `${last} min` : `${first}–${last} min`;
}
