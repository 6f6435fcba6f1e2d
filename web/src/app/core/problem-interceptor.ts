import { HttpErrorResponse, type HttpInterceptorFn } from '@angular/common/http';
import { catchError, throwError } from 'rxjs';
import { ProblemError, problemOf } from './problem';

/** What an answer means that is not the API's: 504 is the service worker's word for "no network", the others a proxy's. */
const ON_THE_WAY = { 0: 'OFFLINE', 502: 'UNAVAILABLE', 503: 'UNAVAILABLE', 504: 'OFFLINE' } as const;

/** Turns every failed answer into a `ProblemError`, so that nobody above reads a status. */
export const problemInterceptor: HttpInterceptorFn = (request, next) =>
  next(request).pipe(
    catchError((error: unknown) => throwError(() => (error instanceof HttpErrorResponse ? toProblem(error) : error))),
  );

function toProblem({ status, error: body, headers }: HttpErrorResponse): ProblemError {
  const retryAfter = Number(headers.get('Retry-After')) || undefined;
  const problem = problemOf(body, retryAfter);
  const onTheWay = ON_THE_WAY[status as keyof typeof ON_THE_WAY] as 'OFFLINE' | 'UNAVAILABLE' | undefined;
  return problem.body || !onTheWay ? problem : new ProblemError(onTheWay, undefined, retryAfter);
}
