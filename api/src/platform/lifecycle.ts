import { Inject, Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { setTimeout as pause } from 'node:timers/promises';
import { Env } from './env';

/** Says since when this process wants no new work. */
@Injectable()
export class Lifecycle {
  private isEnding = false;

  constructor(@Inject(Env) private readonly env: Env) {}

  get ending(): boolean {
    return this.isEnding;
  }

  /** Resolves when whoever asks for readiness has had `DRAIN_SECONDS` to look elsewhere. */
  async end(): Promise<void> {
    this.isEnding = true;
    await pause(this.env.DRAIN_SECONDS * 1000);
  }

  /** Express middleware: a proxy's kept connections end with an answer, not under the next request. */
  readonly partWithConnections = (_request: Request, response: Response, next: NextFunction): void => {
    if (this.isEnding) response.setHeader('Connection', 'close');
    next();
  };
}
