import { availableParallelism } from 'node:os';
import { Inject, Injectable } from '@nestjs/common';
import PQueue from 'p-queue';
import { Env } from '../platform/env';
import { Problem } from '../platform/http/problem';
import { Metrics } from '../platform/metrics/metrics';

/** Milliseconds that a hash may wait for its turn: whoever asks has given up after that. */
const LONGEST_WAIT = 10_000;
/** Hashes that may wait: of cost 12 about a tenth of them gets its turn in time, of the least cost all. */
const LONGEST_QUEUE = 1000;
/** Seconds. */
const RETRY_AFTER = 5;

/**
 * As many hashes at once as there are cores, one thread left over for files and names: a storm of sign-ins waits here,
 * not in the thread pool, where all else would wait with it.
 */
@Injectable()
export class HashingQueue {
  private readonly queue: PQueue;

  constructor(@Inject(Env) env: Env, metrics: Metrics) {
    const threads = Math.max(1, env.UV_THREADPOOL_SIZE - 1);
    this.queue = new PQueue({ concurrency: Math.min(availableParallelism(), threads) });
    metrics.gauge('qc_hashes_waiting', 'Password hashes that wait for their turn', () => this.queue.size);
  }

  /** @throws UNAVAILABLE when too many wait, or this one has waited for 10 s. */
  async run<T>(hash: () => Promise<T>): Promise<T> {
    if (this.queue.size >= LONGEST_QUEUE) throw overloaded();
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(overloaded()), LONGEST_WAIT);
    const begin = (): Promise<T> => {
      // once begun it is brought to its end
      clearTimeout(timer);
      return hash();
    };
    return this.queue.add(begin, { signal: patience.signal }).finally(() => clearTimeout(timer));
  }
}

function overloaded(): Problem {
  return new Problem('UNAVAILABLE', 'too many sign-ins at once', { retryAfter: RETRY_AFTER });
}
