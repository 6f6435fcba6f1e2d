import { Component, inject } from '@angular/core';
import { Attempt } from '../core/attempt';
import { saveFile } from '../core/save-file';
import { SecurityApi } from '../core/security-api';
import { Button } from '../ui/button';
import { Notice } from '../ui/notice';
import { Spinner } from '../ui/spinner';

/** A copy of everything that the shop holds about the person. */
@Component({
  selector: 'qc-data-download',
  imports: [Button, Notice, Spinner],
  host: { class: 'block' },
  template: `
    @if (attempt.problem(); as message) {
      <qc-notice tone="danger" class="mb-4">{{ message }}</qc-notice>
    }
    <button
      type="button"
      qcButton="secondary"
      class="w-full sm:w-auto"
      [disabled]="attempt.busy()"
      (click)="download()"
    >
      @if (attempt.busy()) {
        <qc-spinner label="Gathering your data" />
      } @else {
        Download my data
      }
    </button>
  `,
})
export class DataDownload {
  private readonly api = inject(SecurityApi);
  protected readonly attempt = new Attempt();

  protected download(): Promise<boolean> {
    return this.attempt.run(async () => {
      const data = await this.api.personalData();
      saveFile('quickcommerce-my-data.json', JSON.stringify(data, null, 2), 'application/json');
    });
  }
}
