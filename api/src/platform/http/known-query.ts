import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import type { Observable } from 'rxjs';
import { invalid } from './problem';

/** Set on a route whose query a class validates. */
export const TakesQuery = Reflector.createDecorator<boolean>();

/** A route that takes no query refuses one, as the others refuse a parameter that they do not know. */
@Injectable()
export class KnownQuery implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(ctx: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (ctx.getType() === 'http' && !this.reflector.get(TakesQuery, ctx.getHandler())) {
      const [unknown] = Object.keys(ctx.switchToHttp().getRequest<Request>().query);
      if (unknown !== undefined) throw invalid(unknown, 'should not exist');
    }
    return next.handle();
  }
}
