import { Injectable } from '@nestjs/common';
import type { SecuritySettings, UpdateSecuritySettings } from '@qc/contracts';
import { AuditLog } from '../../audit/audit-log';
import { Transactions } from '../../platform/mongo/transactions';
import type { Actor } from '../actor';
import { SecuritySettingsRepository } from './security-settings.repository';

/** Milliseconds after which every process goes by a change. */
const KEPT = 1000;

/** What holds for every account of this installation. */
@Injectable()
export class SecuritySettingsService {
  private kept?: { readonly settings: Promise<SecuritySettings>; readonly since: number };

  constructor(
    private readonly settings: SecuritySettingsRepository,
    private readonly transactions: Transactions,
    private readonly audit: AuditLog,
  ) {}

  /** At most a second old. */
  current(): Promise<SecuritySettings> {
    const now = performance.now();
    if (this.kept && now - this.kept.since < KEPT) return this.kept.settings;
    const kept = { settings: this.settings.read(), since: now };
    this.kept = kept;
    kept.settings.catch(() => {
      // the next one asks again
      if (this.kept === kept) this.kept = undefined;
    });
    return kept.settings;
  }

  async update(change: UpdateSecuritySettings, admin: Actor): Promise<SecuritySettings> {
    const after = await this.transactions.run(async (session) => {
      const before = await this.settings.update(change, session);
      const differing = changeOf(before, change);
      if (differing) await this.audit.record({ ...differing, by: admin }, session);
      return { ...before, ...change };
    });
    this.kept = undefined;
    return after;
  }
}

function changeOf(before: SecuritySettings, change: UpdateSecuritySettings) {
  const differing = (Object.keys(change) as (keyof SecuritySettings)[]).filter((name) => change[name] !== before[name]);
  if (!differing.length) return null;
  const only = (settings: UpdateSecuritySettings) =>
    Object.fromEntries(differing.map((name) => [name, settings[name]]));
  return {
    action: 'settings.security-changed',
    target: { kind: 'settings' },
    before: only(before),
    after: only(change),
  } as const;
}
