import { Component } from '@angular/core';
import { RouterOutlet } from '@angular/router';
import { ToastOutlet } from './ui/toast-outlet';

@Component({
  selector: 'qc-root',
  imports: [RouterOutlet, ToastOutlet],
  template: `
    <a
      href="#main"
      class="sr-only focus:not-sr-only focus:fixed focus:top-3 focus:left-3 focus:z-50 focus:rounded-control focus:bg-brand focus:px-4 focus:py-3 focus:text-on-brand"
    >
      Skip to content
    </a>
    <router-outlet />
    <qc-toast-outlet />
  `,
})
export class App {}
