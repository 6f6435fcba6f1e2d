import { Component, computed, input } from '@angular/core';

const LOOKS = {
  info: 'bg-info-soft text-info-ink',
  warning: 'bg-accent-soft text-accent-ink',
  danger: 'bg-danger-soft text-danger-ink',
  success: 'bg-brand-soft text-brand-ink',
} as const;

export type NoticeTone = keyof typeof LOOKS;

/** A line or two in a colour that fits. A danger is read out at once. */
@Component({
  selector: 'qc-notice',
  host: { '[class]': 'classes()', '[attr.role]': "tone() === 'danger' ? 'alert' : 'status'" },
  template: '<ng-content />',
})
export class Notice {
  readonly tone = input<NoticeTone>('info');
  protected readonly classes = computed(
    () => `block rounded-control px-4 py-3 text-sm font-medium ${LOOKS[this.tone()]}`,
  );
}
