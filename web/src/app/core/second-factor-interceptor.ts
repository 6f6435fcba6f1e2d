import type { HttpInterceptorFn } from '@angular/common/http';
import { inject, Injector } from '@angular/core';
import { Router } from '@angular/router';
import { tap } from 'rxjs';
import { hasCode } from './problem';

/** Where the shop asks its admins for a second factor, who has none is taken to where one is set up. */
export const secondFactorInterceptor: HttpInterceptorFn = (request, next) => {
  // the router is asked for when it is needed: the first request is older than it
  const injector = inject(Injector);
  return next(request).pipe(
    tap({
      error: (error: unknown) => {
        if (hasCode(error, 'SECOND_FACTOR_SETUP_REQUIRED'))
          void injector.get(Router).navigateByUrl('/admin/account?setup=required');
      },
    }),
  );
};
