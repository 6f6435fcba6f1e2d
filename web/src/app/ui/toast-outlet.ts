import { Component, inject } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Icon } from './icon';
import { Notice } from './notice';
import { Toasts } from './toasts';

@Component({
  selector: 'qc-toast-outlet',
  imports: [Icon, RouterLink, Notice],
  host: {
    class: 'pointer-events-none fixed inset-x-0 top-3 z-40 flex flex-col items-center gap-2 px-4 sm:top-5',
    'aria-live': 'polite',
  },
  template: `
    @for (toast of toasts.all(); track toast.id) {
      <qc-notice [tone]="toast.tone" class="pointer-events-auto w-full max-w-md shadow-float">
        <span class="flex items-center justify-between gap-3">
          <span class="grow">{{ toast.text }}</span>
          @if (toast.link; as link) {
            <a
              [routerLink]="link"
              class="font-semibold underline underline-offset-4"
              (click)="toasts.dismiss(toast.id)"
            >
              View
            </a>
          }
          <button
            type="button"
            class="-my-2 -mr-3 grid size-11 shrink-0 place-items-center"
            (click)="toasts.dismiss(toast.id)"
          >
            <svg qcIcon="x" class="size-4"></svg>
            <span class="sr-only">Dismiss</span>
          </button>
        </span>
      </qc-notice>
    }
  `,
})
export class ToastOutlet {
  protected readonly toasts = inject(Toasts);
}
