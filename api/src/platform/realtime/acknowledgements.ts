import { type CallHandler, type ExecutionContext, Injectable, Logger, type NestInterceptor } from '@nestjs/common';
import type { Refusal } from '@qc/contracts';
import { catchError, type Observable, of } from 'rxjs';
import { toProblem } from '../http/problem.filter';
import { Metrics } from '../metrics/metrics';

/** Every client message is answered, refusals too: a handler that throws would otherwise acknowledge nothing. */
@Injectable()
export class Acknowledgements implements NestInterceptor {
  private readonly logger = new Logger('Socket');

  constructor(private readonly metrics: Metrics) {}

  intercept(_ctx: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(catchError((thrown: unknown) => of(this.refusal(thrown))));
  }

  private refusal(thrown: unknown): Refusal {
    const problem = toProblem(thrown);
    this.metrics.refused(problem.code);
    if (problem.status >= 500) this.logger.error(thrown);
    return { ok: false, code: problem.code, ...(problem.detail && { detail: problem.detail }) };
  }
}
