import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Leases } from './mongo/leases';

/** Rounds that a process may miss before another one takes over. */
const PATIENCE = 3;

/**
 * Work that comes round again and again, done by one process at a time however many there are. Nothing may rest on its
 * being on time, and it must be right when it is done twice: a process that was asleep may believe itself in charge.
 */
@Injectable()
export class Chores implements OnModuleDestroy {
  private readonly logger = new Logger(Chores.name);
  private readonly names: string[] = [];
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly running = new Map<string, Promise<void>>();
  private over = false;

  constructor(private readonly leases: Leases) {}

  /** @param interval milliseconds from the end of one round to the beginning of the next */
  every(interval: number, name: string, work: () => Promise<unknown>): void {
    this.names.push(name);
    this.schedule(interval, name, work);
  }

  /** Resolves when the rounds under way are over; another process may take over at once. */
  async onModuleDestroy(): Promise<void> {
    this.over = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    await Promise.all(this.running.values());
    await Promise.all(this.names.map((name) => this.leases.release(name).catch(() => undefined)));
  }

  private schedule(interval: number, name: string, work: () => Promise<unknown>): void {
    const round = (): void => {
      const running = this.round(interval, name, work).finally(() => {
        this.running.delete(name);
        if (!this.over) this.schedule(interval, name, work);
      });
      this.running.set(name, running);
    };
    this.timers.set(name, setTimeout(round, interval).unref());
  }

  private async round(interval: number, name: string, work: () => Promise<unknown>): Promise<void> {
    try {
      if (await this.leases.take(name, (PATIENCE * interval) / 1000)) await work();
    } catch (error) {
      this.logger.warn(`${name}: ${String(error)}`);
    }
  }
}
