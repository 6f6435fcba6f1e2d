import { HttpErrorResponse, type HttpInterceptorFn } from '@angular/common/http';
import { inject } from '@angular/core';
import type { ProblemBody } from '@qc/contracts';
import { catchError, from, of, switchMap, throwError } from 'rxjs';
import { SessionStore } from './session-store';

/** These bring or need no access token: a 401 of theirs is an answer, not a token that ran out. */
const WITHOUT_TOKEN =
  /^\/api\/auth\/(login|register|refresh|logout|password\/(forgot|reset)|email\/verify$|invitations)/;

/** Adds the access token, and when it has run out gets a new one and sends the request once more. */
export const authInterceptor: HttpInterceptorFn = (request, next) => {
  if (!request.url.startsWith('/api/') || WITHOUT_TOKEN.test(request.url)) return next(request);
  const session = inject(SessionStore);
  const sent = session.token();
  const send = (token: string | undefined) =>
    next(token ? request.clone({ setHeaders: { Authorization: `Bearer ${token}` } }) : request);
  return send(sent).pipe(
    catchError((error: unknown) => {
      const now = session.token();
      if (!ranOut(error) || !now) return throwError(() => error);
      // somebody else may have got a new token while this request was on its way
      const fresh = now === sent ? from(session.renew()) : of(now);
      return fresh.pipe(switchMap((token) => (token && token !== sent ? send(token) : throwError(() => error))));
    }),
  );
};

/** A wrong password or code is a 401 too, and asked once more it would count as a second wrong one. */
function ranOut(error: unknown): boolean {
  if (!(error instanceof HttpErrorResponse) || error.status !== 401) return false;
  const { code } = (error.error ?? {}) as Partial<ProblemBody>;
  return code === undefined || code === 'UNAUTHENTICATED';
}
