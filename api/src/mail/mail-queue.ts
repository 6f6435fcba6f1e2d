import { AsyncResource } from 'node:async_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import PQueue from 'p-queue';
import { type Mail, Mailer, MailRefused } from './mailer';

/** Mails that are written or sent at a time. */
const AT_ONCE = 4;
/** More than this is a flood: what comes beyond is dropped. */
const MOST_WAITING = 1000;
/** Milliseconds until each further try. */
const AGAIN_AFTER = [1_000, 10_000, 60_000];
/** Milliseconds that the end of the process waits for what is under way. */
const GRACE = 5_000;

/**
 * Sends beside the work of requests: nobody waits for a mail server, and no answer takes longer for an account that
 * there is. What a process has not sent when it ends is lost: whoever misses a mail asks for another.
 */
@Injectable()
export class MailQueue implements OnModuleDestroy {
  private readonly logger = new Logger('Mail');
  private readonly queue = new PQueue({ concurrency: AT_ONCE });
  private readonly timers = new Set<NodeJS.Timeout>();
  private over = false;

  constructor(private readonly mailer: Mailer) {}

  /** @param write what has to be done before there is a mail; null: there is none to send. Runs once, under the request that asked. */
  add(kind: string, write: () => Promise<Mail | null>): void {
    if (this.queue.size >= MOST_WAITING) return this.logger.warn(`${kind}: dropped, too many mails are waiting`);
    const inContext = AsyncResource.bind(write);
    void this.queue.add(async () => {
      try {
        const mail = await inContext();
        if (mail) await this.send(kind, mail, 0);
      } catch (error) {
        this.logger.error(`${kind}: ${faultOf(error)}`);
      }
    });
  }

  async onModuleDestroy(): Promise<void> {
    this.over = true;
    for (const timer of this.timers) clearTimeout(timer);
    await Promise.race([this.queue.onIdle(), pause(GRACE, undefined, { ref: false })]);
  }

  private async send(kind: string, mail: Mail, tries: number): Promise<void> {
    try {
      await this.mailer.send(mail);
    } catch (error) {
      const wait = error instanceof MailRefused || this.over ? undefined : AGAIN_AFTER[tries];
      if (wait === undefined) return this.logger.error(`${kind}: not sent: ${faultOf(error)}`);
      this.logger.warn(`${kind}: tried again in ${wait / 1000} s: ${faultOf(error)}`);
      this.sendAfter(wait, kind, mail, tries + 1);
    }
  }

  private sendAfter(wait: number, kind: string, mail: Mail, tries: number): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      void this.queue.add(() => this.send(kind, mail, tries));
    }, wait).unref();
    this.timers.add(timer);
  }
}

/** Codes only: what a mail server says names the person it was for. */
function faultOf(error: unknown): string {
  if (error instanceof MailRefused) return error.message;
  const { code, responseCode, name } = error as { code?: unknown; responseCode?: unknown; name?: unknown };
  return [name, code, responseCode].filter((one) => typeof one === 'string' || typeof one === 'number').join(' ');
}
