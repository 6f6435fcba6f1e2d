import { type CdkDialogContainer, Dialog, DialogRef } from '@angular/cdk/dialog';
import { type ComponentType, createGlobalPositionStrategy } from '@angular/cdk/overlay';
import { Component, inject, Injector, input, Service } from '@angular/core';
import { Icon } from './icon';
import { firstValueFrom } from 'rxjs';

/** Below this a sheet rises from the bottom edge, where the thumb is. */
const PHONE = '(max-width: 639px)';

/** Opens a component as a modal sheet: at the bottom of a phone, in the middle of a wide screen. */
@Service()
export class Sheets {
  private readonly dialog = inject(Dialog);
  private readonly injector = inject(Injector);

  /** Resolves with what the sheet closed with; undefined when it was dismissed. */
  open<Result, Data>(component: ComponentType<unknown>, data: Data): Promise<Result | undefined> {
    const middle = createGlobalPositionStrategy(this.injector).centerHorizontally();
    const ref = this.dialog.open<Result, Data>(component, {
      data,
      panelClass: ['w-full', 'justify-center', 'sm:p-6'],
      positionStrategy: matchMedia(PHONE).matches ? middle.bottom('0') : middle.centerVertically(),
      width: '100%',
      autoFocus: 'first-tabbable',
      restoreFocus: true,
    });
    return firstValueFrom(ref.closed);
  }
}

/** The frame of a sheet: title, close button, content. */
@Component({
  selector: 'qc-sheet',
  imports: [Icon],
  host: {
    class:
      'mx-auto flex max-h-[92dvh] w-full max-w-lg flex-col overflow-hidden rounded-t-card bg-surface pb-[env(safe-area-inset-bottom)] shadow-float sm:rounded-card',
  },
  template: `
    <header class="flex items-center justify-between gap-4 px-5 pt-4 pb-2 sm:px-6 sm:pt-5">
      <h2 class="text-xl font-semibold" id="sheet-title">{{ title() }}</h2>
      <button
        type="button"
        class="-mr-2 grid size-11 place-items-center rounded-full hover:bg-sunken"
        (click)="ref.close()"
      >
        <svg qcIcon="x" class="size-5"></svg>
        <span class="sr-only">Close</span>
      </button>
    </header>
    <div class="overflow-y-auto px-5 pb-6 sm:px-6"><ng-content /></div>
  `,
})
export class Sheet {
  readonly title = input.required<string>();
  protected readonly ref = inject(DialogRef);

  constructor() {
    const container = this.ref.containerInstance as CdkDialogContainer | undefined;
    container?._addAriaLabelledBy?.('sheet-title');
  }
}
