import { DIALOG_DATA, DialogRef } from '@angular/cdk/dialog';
import { Component, inject } from '@angular/core';
import type { AuditEntry } from '@qc/contracts';
import { Button } from '../../ui/button';
import { Sheet } from '../../ui/sheet';
import { ExactTimePipe } from '../../ui/time-pipes';
import { AuditDiff } from './audit-diff';
import type { AuditFilter } from './audit-filter';
import { plainAddress } from './from-where';
import { targetName, wordsOf } from './audit-words';

export interface EntryToShow {
  entry: AuditEntry;
  /** A name, where there is one. */
  who: string;
  /** Of the shop's amounts, as far as it is known. */
  currency: string | undefined;
}

/** One entry of the record, whole. Closes with what to narrow the record to, when that is asked for. */
@Component({
  selector: 'qc-audit-entry-sheet',
  imports: [AuditDiff, Button, ExactTimePipe, Sheet],
  templateUrl: './audit-entry-sheet.html',
})
export class AuditEntrySheet {
  private readonly ref = inject<DialogRef<Partial<Record<keyof AuditFilter, string>>>>(DialogRef);
  protected readonly data = inject<EntryToShow>(DIALOG_DATA);
  protected readonly entry = this.data.entry;
  protected readonly title = wordsOf(this.entry.action);
  protected readonly targetName = targetName;
  protected readonly plainAddress = plainAddress;

  protected only(narrowing: Partial<Record<keyof AuditFilter, string>>): void {
    this.ref.close(narrowing);
  }
}
