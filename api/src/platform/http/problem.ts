import { type FieldError, PROBLEMS, type ProblemBody, type ProblemCode } from '@qc/contracts';

/** What a problem may carry beside its code: field errors, the version or state that won, seconds to wait. */
export interface ProblemExtra {
  errors?: FieldError[];
  /** Seconds; sent as `Retry-After`. */
  retryAfter?: number;
  [member: string]: unknown;
}

/** Any refusal that a client is told about. Whatever else is thrown is a fault of ours and answered `INTERNAL`. */
export class Problem extends Error {
  replayed = false;

  constructor(
    readonly code: ProblemCode,
    readonly detail?: string,
    readonly extra: ProblemExtra = {},
  ) {
    super(detail ?? code);
  }

  /** The same refusal, as the answer to a request that was refused before. */
  asReplay(): Problem {
    const again = new Problem(this.code, this.detail, this.extra);
    again.replayed = true;
    return again;
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }

  /** RFC 9457 members, the code, and the extra members of this kind of problem. */
  toBody(requestId: string): ProblemBody {
    const { title, status } = PROBLEMS[this.code];
    const { retryAfter: _header, ...members } = this.extra;
    return {
      ...members,
      type: `/problems/${this.code}`,
      title,
      status,
      ...(this.detail !== undefined && { detail: this.detail }),
      code: this.code,
      requestId,
    };
  }
}

/** A request that names something wrong at `path`. */
export function invalid(path: string, message: string): Problem {
  return new Problem('VALIDATION_FAILED', `${path} ${message}`.trim(), { errors: [{ path, message }] });
}
