import { Component } from '@angular/core';
import { ChangePassword } from './change-password';
import { DeviceList } from './device-list';
import { EmailStatus } from './email-status';

/** What keeps an account its owner's; the same in every portal. */
@Component({
  selector: 'qc-security-section',
  imports: [ChangePassword, DeviceList, EmailStatus],
  host: { class: 'block space-y-5' },
  template: `
    <qc-email-status />
    <qc-change-password (changed)="devices.reload()" />
    <qc-device-list #devices />
  `,
})
export class SecuritySection {}
