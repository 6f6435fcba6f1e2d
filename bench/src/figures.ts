/** What one round of one side came to. */
export interface Round {
  /** Per second. */
  rate: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

/** @param p 0 to 1; nearest rank */
function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? NaN;
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** Runs every piece of work, so many at a time, and measures each. */
export async function measure(work: readonly (() => Promise<void>)[], atOnce: number): Promise<Round> {
  const taken: number[] = [];
  const queue = work.values();
  const began = performance.now();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const one of queue) {
        const start = performance.now();
        await one();
        taken.push(performance.now() - start);
      }
    }),
  );
  return { rate: (work.length * 1000) / (performance.now() - began), ...latency(taken) };
}

export function latency(taken: readonly number[]): Pick<Round, 'p50' | 'p99'> {
  return { p50: percentile(taken, 0.5), p99: percentile(taken, 0.99) };
}

/** One round of ours, and of the floor with the documents that ours wrote. */
export interface Pair {
  ours: Round;
  floor: Round;
}
