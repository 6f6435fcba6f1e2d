import { Component, inject } from '@angular/core';
import { Router } from '@angular/router';
import { DataDownload } from '../../account/data-download';
import { SessionStore } from '../../core/session-store';
import { Button } from '../../ui/button';
import { Sheets } from '../../ui/sheet';
import { EraseSheet } from './erase-sheet';

@Component({
  selector: 'qc-privacy',
  imports: [Button, DataDownload],
  host: { class: 'card block p-5 sm:p-6', role: 'region', 'aria-labelledby': 'privacy-title' },
  template: `
    <h2 id="privacy-title" class="text-xl font-semibold">Your data</h2>
    <p class="mt-1 text-muted">A file with everything that the shop knows about you: account, addresses, orders.</p>
    <qc-data-download class="mt-4" />
    <h3 class="mt-6 border-t border-line pt-5 font-semibold">Leave for good</h3>
    <p class="mt-1 text-muted">Your account goes, with all that says who you are.</p>
    <button type="button" qcButton="secondary" class="mt-4 w-full sm:w-auto" (click)="erase()">
      Delete my account
    </button>
  `,
})
export class Privacy {
  private readonly sheets = inject(Sheets);
  private readonly session = inject(SessionStore);
  private readonly router = inject(Router);

  protected async erase(): Promise<void> {
    if (!(await this.sheets.open<boolean, undefined>(EraseSheet, undefined))) return;
    await this.session.signOut();
    await this.router.navigateByUrl('/goodbye', { replaceUrl: true });
  }
}
