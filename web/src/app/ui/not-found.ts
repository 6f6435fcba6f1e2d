import { Component } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Icon } from './icon';
import { Button } from './button';
import { EmptyState } from './empty-state';

@Component({
  selector: 'qc-not-found',
  imports: [Icon, RouterLink, Button, EmptyState],
  template: `
    <main id="main" tabindex="-1" class="grid min-h-dvh place-items-center">
      <div>
        <h1 class="sr-only">Page not found</h1>
        <qc-empty-state title="This page does not exist" text="The link may be old, or mistyped.">
          <svg icon qcIcon="compass" class="size-7"></svg>
          <a qcButton routerLink="/">Go to the start</a>
        </qc-empty-state>
      </div>
    </main>
  `,
})
export class NotFound {}
