import { Injectable } from '@nestjs/common';
import type { AuditEntry, LedgerEntry, Role } from '@qc/contracts';
import { AuditRepository } from '../audit/audit.repository';
import { auditEntry } from '../audit/audit.view';
import type { Account } from '../ledger/domain/postings';
import { LedgerRepository } from '../ledger/ledger.repository';
import { allOf } from './json-stream';

const AT_A_TIME = 100;

/** What the books and the audit log have of a person, and nothing of anybody else. */
@Injectable()
export class PersonalRecords {
  constructor(
    private readonly ledger: LedgerRepository,
    private readonly audit: AuditRepository,
  ) {}

  /** Oldest first. */
  async *ledgerOf(id: string, role: Role): AsyncGenerator<LedgerEntry> {
    const own: Account[] = role === 'partner' ? [`partner:${id}`, `cash:${id}`] : [`customer:${id}`];
    for await (const { kind, at, currency, lines } of this.ledger.withAccounts(own)) {
      const ours = lines.filter(({ account }) => own.includes(account));
      yield { kind, at: at.toISOString(), currency, lines: ours };
    }
  }

  /** What the person did, then what others did to the account; of those others no more than their role. */
  async *auditOf(id: string): AsyncGenerator<AuditEntry> {
    const did = allOf((cursor) => this.audit.page({ actorId: id, limit: AT_A_TIME, cursor }));
    for await (const line of did) yield auditEntry(line);
    const befell = allOf((cursor) => this.audit.page({ targetId: id, limit: AT_A_TIME, cursor }));
    for await (const line of befell) {
      if (line.by.id?.toHexString() === id) continue;
      const { from: _from, requestId: _request, by, ...entry } = auditEntry(line);
      yield { ...entry, by: { ...(by.role && { role: by.role }) } };
    }
  }
}
