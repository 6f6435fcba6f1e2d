import { Inject, Injectable } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import mongoose, { type Connection } from 'mongoose';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { NextFunction, Request, Response } from 'express';
import { Redis } from '../redis/redis';

/** Seconds: from what nobody notices to what nobody waits for. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What operations watch, in Prometheus' format; of this process. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  private readonly requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request to the end of its answer, by route',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers: [this.registry],
  });
  private readonly refusals = new Counter({
    name: 'qc_refusals_total',
    help: 'Requests and messages that were refused, by the code of the problem',
    labelNames: ['code'],
    registers: [this.registry],
  });
  readonly eventDelay = new Histogram({
    name: 'qc_event_delay_seconds',
    help: 'Time from a change to its event going out',
    buckets: SECONDS,
    registers: [this.registry],
  });
  readonly transactionRetries = new Counter({
    name: 'qc_transaction_retries_total',
    help: 'Transactions that met another one, or lost their primary, and began again',
    registers: [this.registry],
  });

  constructor(@InjectConnection() connection: Connection, @Inject(Redis) redis: Redis) {
    collectDefaultMetrics({ register: this.registry });
    this.gauge('qc_mongodb_up', 'Whether MongoDB is connected', () =>
      connection.readyState === mongoose.STATES.connected ? 1 : 0,
    );
    if (redis.state !== 'absent')
      this.gauge('qc_redis_up', 'Whether Redis is connected', () => (redis.state === 'ok' ? 1 : 0));
  }

  /** One figure, taken when it is asked for. */
  gauge(name: string, help: string, take: () => number | Promise<number>): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      async collect() {
        this.set(await take());
      },
    });
  }

  /** One figure for each value of a label, taken when they are asked for. */
  gauges(name: string, help: string, label: string, take: () => Promise<ReadonlyMap<string, number>>): void {
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers: [this.registry],
      async collect() {
        const figures = await take();
        this.reset();
        for (const [value, figure] of figures) this.set({ [label]: value }, figure);
      },
    });
  }

  refused(code: string): void {
    this.refusals.inc({ code });
  }

  /** Express middleware. By route and never by path, which anybody can make up. */
  readonly timeRequests = (request: Request, response: Response, next: NextFunction): void => {
    const begun = performance.now();
    response.once('finish', () => {
      const route = (request.route as { path: string } | undefined)?.path ?? 'none';
      const labels = { method: request.method, route, status: response.statusCode };
      this.requests.observe(labels, (performance.now() - begun) / 1000);
    });
    next();
  };
}
