import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Redis as Link } from 'ioredis';
import { Env } from '../env';

/** Milliseconds between two tries to reach it. */
const RETRY = { growth: 100, most: 2000 };

/**
 * The way to the other processes of this product. It carries only what may be lost: what is true is in MongoDB, and what
 * was missed is fetched from there. So nothing waits for it, and nothing fails without it.
 */
@Injectable()
export class Redis implements OnApplicationShutdown {
  /** Undefined without `REDIS_URL`: then this is the only process. */
  readonly publisher?: Link;
  readonly subscriber?: Link;
  private readonly logger = new Logger(Redis.name);
  private breaks = 0;
  private away = false;

  constructor(@Inject(Env) { REDIS_URL: url }: Env) {
    if (!url) return;
    // what could not be sent at once is old when it can: whoever missed it fetches it
    this.publisher = this.connect(url, { enableOfflineQueue: false, maxRetriesPerRequest: 0 });
    this.subscriber = this.connect(url, { maxRetriesPerRequest: null });
  }

  get state(): 'absent' | 'ok' | 'degraded' {
    if (!this.publisher) return 'absent';
    return this.links.every(({ status }) => status === 'ready') ? 'ok' : 'degraded';
  }

  /** Grows when the way breaks and when it is mended: in between, nothing may have been lost. */
  get broken(): number {
    return this.breaks;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all(this.links.map((link) => link.quit().catch(() => link.disconnect())));
  }

  private get links(): Link[] {
    return [this.publisher, this.subscriber].filter((link) => link !== undefined);
  }

  private connect(url: string, options: { enableOfflineQueue?: boolean; maxRetriesPerRequest: number | null }): Link {
    const retryStrategy = (attempt: number): number => Math.min(attempt * RETRY.growth, RETRY.most);
    const link = new Link(url, { ...options, retryStrategy, connectTimeout: 2000, keepAlive: 5000 });
    // without a listener an error would end the process
    link.on('error', (error: Error) => this.logger.debug(error.message));
    link.on('close', () => this.noteBreak());
    link.on('ready', () => this.noteReturn());
    return link;
  }

  private noteBreak(): void {
    this.breaks += 1;
    if (!this.away) this.logger.warn('Redis is away: what other processes do is heard of from MongoDB');
    this.away = true;
  }

  private noteReturn(): void {
    this.breaks += 1;
    if (this.away && this.state === 'ok') {
      this.logger.log('Redis is back');
      this.away = false;
    }
  }
}
