import { Component, computed, input } from '@angular/core';
import type { AuditEntry } from '@qc/contracts';
import { changesOf } from './audit-changes';

/** What was and what is, field by field. */
@Component({
  selector: 'qc-audit-diff',
  host: { class: 'block' },
  template: `
    <dl class="space-y-1 text-sm">
      @for (change of shown(); track change.label) {
        <div class="wrap-anywhere" [class.line-clamp-3]="brief()">
          <dt class="inline text-muted">{{ change.label }}:</dt>
          &ngsp;
          <dd class="inline">
            @if (change.before; as before) {
              <span class="sr-only">was&ngsp;</span><del class="text-muted">{{ before }}</del
              >&ngsp;
            }
            @if (change.before && change.after) {
              <span aria-hidden="true">→</span>&ngsp;
            }
            @if (change.after; as after) {
              <span class="sr-only">is now&ngsp;</span><ins class="font-medium no-underline">{{ after }}</ins>
            }
          </dd>
        </div>
      }
    </dl>
    @if (left(); as count) {
      <p class="mt-1 text-sm text-muted">and {{ count }} more</p>
    }
  `,
})
export class AuditDiff {
  readonly entry = input.required<Pick<AuditEntry, 'before' | 'after'>>();
  /** As many at most, none longer than three lines; the others are counted. */
  readonly most = input(Infinity);

  /** Of the shop's amounts (ISO 4217); while it is unknown they stay bare numbers. */
  readonly currency = input<string>();

  protected readonly brief = computed(() => this.most() < Infinity);
  private readonly changes = computed(() => changesOf(this.entry(), this.currency()));
  protected readonly shown = computed(() => this.changes().slice(0, this.most()));
  protected readonly left = computed(() => this.changes().length - this.shown().length);
}
