import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { AuditLog } from '../audit/audit-log';
import { Clock } from '../platform/clock';
import { type AccessRefusal, AccessRefusals } from './access-refusals';

/** Milliseconds that are counted together. */
const SPAN = 60_000;
/** Lines in that time: who asks a thousand times is not to fill the disk, and one of each kind tells enough. */
const MOST = { anActor: 5, together: 300 };

/** Keeps in the audit log who was refused what, as far as there are not too many of them. */
@Injectable()
export class RefusalRecord implements OnModuleInit {
  private readonly logger = new Logger(RefusalRecord.name);
  private since = 0;
  private together = 0;
  private readonly byActor = new Map<string, number>();

  constructor(
    private readonly refusals: AccessRefusals,
    private readonly audit: AuditLog,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.refusals.subscribe((refusal) => void this.record(refusal));
  }

  private async record({ actor, asked, target }: AccessRefusal): Promise<void> {
    if (!this.counts(actor.id)) return;
    const by = { id: actor.id, role: actor.role };
    const fact = { action: 'access.refused', by, ...(target && { target }), after: { asked } };
    // the refusal stands, whether or not it can be kept
    await this.audit.record(fact).catch((error: unknown) => this.logger.error(error));
  }

  private counts(actorId: string): boolean {
    const now = this.clock.now().getTime();
    if (now - this.since >= SPAN) {
      this.byActor.clear();
      [this.since, this.together] = [now, 0];
    }
    const own = this.byActor.get(actorId) ?? 0;
    if (own >= MOST.anActor || this.together >= MOST.together) return false;
    this.byActor.set(actorId, own + 1);
    this.together += 1;
    return true;
  }
}
