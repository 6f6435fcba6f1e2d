import { Component, inject } from '@angular/core';
import { Theme } from '../core/theme';
import { Brand } from '../ui/brand';
import { ThemeButton } from '../ui/theme-button';

/** The page around sign-in and registration. */
@Component({
  selector: 'qc-sign-in-frame',
  imports: [Brand, ThemeButton],
  host: { class: 'grid min-h-dvh lg:grid-cols-[1.1fr_1fr]' },
  template: `
    <aside
      aria-label="About"
      class="relative hidden overflow-hidden bg-brand-soft lg:flex lg:flex-col lg:justify-between lg:p-14"
    >
      <qc-brand />
      <div class="max-w-md">
        <p class="text-5xl leading-tight font-bold tracking-tight text-brand-ink">
          From the shelf to the door, and you watch it come.
        </p>
        <p class="mt-5 text-lg text-brand-ink">
          One live order engine for customers, couriers and the people who run the city.
        </p>
      </div>
      <ul class="flex gap-4" aria-hidden="true">
        @for (picture of pictures; track picture) {
          <li>
            <img
              [src]="'images/products/' + picture + '.svg'"
              alt=""
              width="104"
              height="104"
              class="size-26 rounded-card shadow-card"
            />
          </li>
        }
      </ul>
    </aside>
    <div class="flex flex-col">
      <header class="flex items-center justify-between px-5 py-4 lg:justify-end">
        <qc-brand class="lg:hidden" /><qc-theme-button [choice]="theme.choice()" (next)="theme.next()" />
      </header>
      <main
        id="main"
        tabindex="-1"
        class="mx-auto flex w-full max-w-md grow flex-col justify-center px-5 pb-16 outline-none"
      >
        <ng-content />
      </main>
    </div>
  `,
})
export class SignInFrame {
  protected readonly theme = inject(Theme);
  protected readonly pictures = ['bananas', 'milk', 'croissants', 'tomatoes'];
}
