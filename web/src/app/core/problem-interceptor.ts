import { HttpErrorResponse, type HttpInterceptorFn } from '@angular/common/http';
import { catchError, throwError } from 'rxjs';
import { ProblemError, problemOf } from './problem';

/** Turns every failed answer into a `ProblemError`, so that nobody above reads a status. */
export const problemInterceptor: HttpInterceptorFn = (request, next) =>
  next(request).pipe(
    catchError((error: unknown) => {
      if (!(error instanceof HttpErrorResponse)) return throwError(() => error);
      const retryAfter = Number(error.headers.get('Retry-After')) || undefined;
      return throwError(() => (error.status === 0 ? new ProblemError('OFFLINE') : problemOf(error.error, retryAfter)));
    }),
  );
