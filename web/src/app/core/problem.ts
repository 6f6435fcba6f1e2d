import { type FieldError, type ProblemBody, type ProblemCode, PROBLEMS, type Refusal } from '@qc/contracts';
import { PROBLEM_TEXTS } from './problem-texts';

/** A refusal by the server, or none at all (`offline`: it could not be reached). */
export class ProblemError extends Error {
  constructor(
    readonly code: ProblemCode | 'OFFLINE',
    readonly body?: Partial<ProblemBody> & Record<string, unknown>,
    /** Seconds. */
    readonly retryAfter?: number,
  ) {
    super(textOf(code, retryAfter));
  }

  get fieldErrors(): readonly FieldError[] {
    return this.body?.errors ?? [];
  }
}

const OFFLINE_TEXT = 'No connection to the shop. Check your network and try again.';

function textOf(code: ProblemCode | 'OFFLINE', retryAfter?: number): string {
  if (code === 'OFFLINE') return OFFLINE_TEXT;
  return code === 'RATE_LIMITED' && retryAfter
    ? `Too many tries. Try again in ${waitText(retryAfter)}.`
    : PROBLEM_TEXTS[code];
}

/** `40 seconds`, `15 minutes`: never less than the wait. */
function waitText(seconds: number): string {
  if (seconds < 100) return seconds === 1 ? 'a second' : `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 100 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}

/** The text that a person is shown for whatever went wrong. */
export function messageOf(error: unknown): string {
  return error instanceof ProblemError ? error.message : PROBLEM_TEXTS.INTERNAL;
}

/** As `messageOf`, and for a bad form what is wrong with it. */
export function formMessageOf(error: unknown): string {
  const named = hasCode(error, 'VALIDATION_FAILED') ? error.fieldErrors[0]?.message : undefined;
  return named ? `${messageOf(error)} (${named})` : messageOf(error);
}

export function hasCode(error: unknown, ...codes: (ProblemCode | 'OFFLINE')[]): error is ProblemError {
  return error instanceof ProblemError && codes.includes(error.code);
}

export function problemOf(body: unknown, retryAfter?: number): ProblemError {
  const problem = body as (Partial<ProblemBody> & Record<string, unknown>) | null;
  const known = problem?.code !== undefined && problem.code in PROBLEMS;
  return known ? new ProblemError(problem.code!, problem, retryAfter) : new ProblemError('INTERNAL');
}

export function refused({ code, detail }: Refusal): ProblemError {
  return new ProblemError(code, detail ? { detail } : {});
}
