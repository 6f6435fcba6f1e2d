import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { LocksService } from './locks.service';

/** Milliseconds. Nothing rests on it: it only tells other partners that a lock is over. */
const EVERY = 1000;

@Injectable()
export class LockSweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(LockSweeper.name);
  private timer?: NodeJS.Timeout;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly locks: LocksService) {}

  onApplicationBootstrap(): void {
    this.schedule();
  }

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.running;
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.running = this.locks
        .sweep()
        .catch((error: unknown) => this.logger.warn(`locks were not swept: ${String(error)}`))
        .finally(() => {
          if (this.timer) this.schedule();
        });
    }, EVERY).unref();
  }
}
