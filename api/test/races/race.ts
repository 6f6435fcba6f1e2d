import type { Answer } from '../support/client';
import { refusal } from '../support/steps';

/** How often each race is run. The full run is 200. */
export const ROUNDS = Number(process.env['RACE_ROUNDS'] ?? 20);
/** Milliseconds that one race may take. */
export const LIMIT = 20_000 + ROUNDS * 2_000;

/** Runs a race again and again; a failure names its round. */
export async function race(rounds: number, round: (n: number) => Promise<void>): Promise<void> {
  for (let n = 1; n <= rounds; n += 1) {
    try {
      await round(n);
    } catch (error) {
      if (error instanceof Error) error.message = `round ${n} of ${rounds}: ${error.message}`;
      throw error;
    }
  }
}

/**
 * Presses everything at the same moment and answers in the order of `presses`. They leave in another order each round,
 * so that nobody wins by being named first.
 */
export async function atOnce<T>(n: number, presses: readonly (() => Promise<T>)[]): Promise<T[]> {
  const answers = new Array<Promise<T>>(presses.length);
  for (let i = 0; i < presses.length; i += 1) {
    // a step of 7 walks through every list whose length is no multiple of it, and never neighbours together
    const step = presses.length % 7 ? 7 : 1;
    const index = (n + i * step) % presses.length;
    answers[index] = presses[index]!();
  }
  return Promise.all(answers);
}

/** How often each outcome came: `{ '200': 1, '409 ORDER_ALREADY_ASSIGNED': 9 }`. */
export function tally(answers: readonly Answer<unknown>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    const outcome = outcomeOf(answer);
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

/** `200`, or the status and code of a refusal. */
export function outcomeOf(answer: Answer<unknown>): string {
  const [status, code] = refusal(answer);
  return code ? `${status} ${code}` : String(status);
}

export function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
