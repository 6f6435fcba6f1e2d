import { computed, Directive, input } from '@angular/core';

const LOOKS = {
  primary: 'bg-brand text-on-brand hover:brightness-110',
  secondary: 'border border-field bg-surface text-ink hover:bg-sunken',
  quiet: 'text-brand-ink hover:bg-brand-soft',
  danger: 'bg-danger text-on-danger hover:brightness-110',
} as const;

const SIZES = {
  small: 'h-11 px-4 text-sm',
  medium: 'h-12 px-5 text-base',
  large: 'h-14 px-6 text-lg',
} as const;

/** The look of something to press, on a real button or link. */
@Directive({ selector: 'button[qcButton], a[qcButton]', host: { '[class]': 'classes()' } })
export class Button {
  readonly qcButton = input<keyof typeof LOOKS | ''>('');
  readonly size = input<keyof typeof SIZES>('medium');

  protected readonly classes = computed(
    () =>
      `inline-flex items-center justify-center gap-2 rounded-control font-semibold whitespace-nowrap transition disabled:opacity-55 disabled:cursor-not-allowed ${
        LOOKS[this.qcButton() || 'primary']
      } ${SIZES[this.size()]}`,
  );
}
