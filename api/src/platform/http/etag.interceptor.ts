import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Response } from 'express';
import { map, type Observable } from 'rxjs';

/** An answer that knows its version, if it has one, apart from its body. */
export class Versioned<T> {
  constructor(
    readonly body: T,
    readonly version: number | undefined,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  withHeaders(headers: Readonly<Record<string, string>>): Versioned<T> {
    return new Versioned(this.body, this.version, { ...this.headers, ...headers });
  }
}

/** Carries the version of what is answered as a strong `ETag`, to be sent back in `If-Match`. */
@Injectable()
export class EtagInterceptor implements NestInterceptor {
  intercept(ctx: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (ctx.getType() !== 'http') return next.handle();
    const response = ctx.switchToHttp().getResponse<Response>();
    return next.handle().pipe(
      map((answer: unknown) => {
        if (answer instanceof Versioned) {
          if (answer.version !== undefined) response.setHeader('ETag', `"${answer.version}"`);
          for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
          return answer.body as unknown;
        }
        return answer;
      }),
    );
  }
}
