import { availableParallelism } from 'node:os';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Env } from '../platform/env';
import type { Problem } from '../platform/http/problem';
import type { Metrics } from '../platform/metrics/metrics';
import { HashingQueue } from './hashing-queue';

describe('hashes that wait for their turn', () => {
  const cores = availableParallelism();
  const queueOf = (threads: number): HashingQueue =>
    new HashingQueue({ UV_THREADPOOL_SIZE: threads } as Env, { gauge: () => undefined } as unknown as Metrics);
  const refusalOf = (asked: Promise<unknown>): Promise<Problem | undefined> =>
    asked.then(
      () => undefined,
      (error: unknown) => error as Problem,
    );

  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  /** As many as run at once, none of which ends by itself. */
  function busy(queue: HashingQueue, count: number): { begun: () => number; end: () => void } {
    let begun = 0;
    const ends: (() => void)[] = [];
    for (let index = 0; index < count; index += 1) {
      void queue.run(() => {
        begun += 1;
        return new Promise<void>((resolve) => ends.push(resolve));
      });
    }
    return { begun: () => begun, end: () => ends.forEach((end) => end()) };
  }

  it.each([
    [1, 1],
    [2, 1],
    [cores + 1, cores],
    [64, cores],
  ])('with %i threads begin %i at once: one thread is left for all else', async (threads, atOnce) => {
    const { begun, end } = busy(queueOf(threads), atOnce + 3);
    await jest.advanceTimersByTimeAsync(0);
    expect(begun()).toBe(atOnce);
    end();
    await jest.advanceTimersByTimeAsync(0);
    expect(begun()).toBeGreaterThan(atOnce);
  });

  it('are refused after 10 s, with a time to come again, and are never begun', async () => {
    const queue = queueOf(64);
    const { end } = busy(queue, cores);
    let begun = false;
    const waiting = refusalOf(queue.run(() => Promise.resolve((begun = true))));
    await jest.advanceTimersByTimeAsync(9_999);
    expect(await Promise.race([waiting, Promise.resolve('still waits')])).toBe('still waits');
    await jest.advanceTimersByTimeAsync(1);
    const problem = await waiting;
    expect([problem!.code, problem!.extra.retryAfter]).toEqual(['UNAVAILABLE', 5]);
    end();
    await jest.advanceTimersByTimeAsync(0);
    expect(begun).toBe(false);
  });

  it('are brought to their end once begun', async () => {
    const queue = queueOf(64);
    let end!: (value: string) => void;
    const hash = queue.run(() => new Promise<string>((resolve) => (end = resolve)));
    await jest.advanceTimersByTimeAsync(60_000);
    end('a hash');
    expect(await hash).toBe('a hash');
  });

  it('are 1 000 at the most', async () => {
    const queue = queueOf(64);
    busy(queue, cores);
    const waiting = Array.from({ length: 1000 }, () => refusalOf(queue.run(() => Promise.resolve())));
    expect((await refusalOf(queue.run(() => Promise.resolve())))?.code).toBe('UNAVAILABLE');
    await jest.advanceTimersByTimeAsync(10_000);
    expect((await Promise.all(waiting)).every((problem) => problem?.code === 'UNAVAILABLE')).toBe(true);
  });
});
