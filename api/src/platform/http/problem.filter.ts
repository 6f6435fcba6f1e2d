import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Logger,
  NotFoundException,
} from '@nestjs/common';
import type { ProblemCode } from '@qc/contracts';
import type { Request, Response } from 'express';
import { Metrics } from '../metrics/metrics';
import { isDatabaseAway } from '../mongo/faults';
import { allowedMethods } from './allowed-methods';
import { Problem } from './problem';

const BY_STATUS: Partial<Record<number, ProblemCode>> = {
  400: 'VALIDATION_FAILED',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  429: 'RATE_LIMITED',
  503: 'UNAVAILABLE',
};

/** Answers every fault as `application/problem+json`; never a stack or a driver's words. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  constructor(private readonly metrics: Metrics) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const allow = thrown instanceof NotFoundException ? allowedMethods(request) : [];
    const problem = allow.length ? new Problem('METHOD_NOT_ALLOWED') : toProblem(thrown);
    this.metrics.refused(problem.code);
    if (problem.status >= 500) this.logger.error(thrown);
    if (response.headersSent) return;
    if (problem.extra.retryAfter !== undefined) response.setHeader('Retry-After', String(problem.extra.retryAfter));
    if (allow.length) response.setHeader('Allow', allow.join(', '));
    if (problem.replayed) response.setHeader('Idempotent-Replayed', 'true');
    response
      .status(problem.status)
      .type('application/problem+json')
      .send(JSON.stringify(problem.toBody(request.requestId)));
  }
}

/** A refusal as it is, a framework's refusal by its status, a lost database as `UNAVAILABLE`, anything else as `INTERNAL`. */
export function toProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (isDatabaseAway(thrown)) return new Problem('UNAVAILABLE', undefined, { retryAfter: 2 });
  const status = thrown instanceof HttpException ? thrown.getStatus() : statusOf(thrown);
  const code = BY_STATUS[status] ?? 'INTERNAL';
  return new Problem(code, code === 'VALIDATION_FAILED' ? 'the request could not be read' : undefined);
}

/** What body-parser and the router throw carries `status`; nothing of ours does. */
function statusOf(thrown: unknown): number {
  const status = (thrown as { status?: unknown } | null)?.status;
  return typeof status === 'number' ? status : 500;
}
