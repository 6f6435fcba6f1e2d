import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Env } from '../platform/env';
import { LocksService } from './locks.service';

/**
 * A partner who has been without any connection for `PARTNER_ABSENCE_TTL` lets go of what is held: others need not wait
 * for the lock's own end. Shorter gaps, a tunnel or a reload, change nothing. A process that dies forgets who was away;
 * those locks end by their time.
 */
@Injectable()
export class Absences implements OnApplicationShutdown {
  private readonly logger = new Logger(Absences.name);
  private readonly away = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly locks: LocksService,
    @Inject(Env) private readonly env: Env,
  ) {}

  onApplicationShutdown(): void {
    for (const timer of this.away.values()) clearTimeout(timer);
    this.away.clear();
  }

  /** A connection of the partner was lost. @param isBack whether there is one again, on whichever process */
  begin(partnerId: string, isBack: () => Promise<boolean>): void {
    clearTimeout(this.away.get(partnerId));
    const end = setTimeout(() => void this.end(partnerId, isBack), this.env.PARTNER_ABSENCE_TTL * 1000).unref();
    this.away.set(partnerId, end);
  }

  private async end(partnerId: string, isBack: () => Promise<boolean>): Promise<void> {
    this.away.delete(partnerId);
    try {
      if (!(await isBack())) await this.locks.letGoOfAny(partnerId);
    } catch (error) {
      this.logger.warn(`a lock is left to its time: ${String(error)}`);
    }
  }
}
