import { Component, computed, input } from '@angular/core';

const TONES = {
  neutral: 'bg-sunken text-ink',
  info: 'bg-info-soft text-info-ink',
  warning: 'bg-accent-soft text-accent-ink',
  danger: 'bg-danger-soft text-danger-ink',
  success: 'bg-brand-soft text-brand-ink',
  accent: 'bg-accent text-on-accent',
} as const;

export type Tone = keyof typeof TONES;

@Component({ selector: 'qc-badge', host: { '[class]': 'classes()' }, template: '<ng-content />' })
export class Badge {
  readonly tone = input<Tone>('neutral');
  protected readonly classes = computed(
    () =>
      `inline-flex items-center gap-1.5 rounded-full px-2.5 py-1 text-xs font-semibold whitespace-nowrap ${TONES[this.tone()]}`,
  );
}
