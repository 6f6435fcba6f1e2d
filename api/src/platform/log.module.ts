import type { IncomingMessage, ServerResponse } from 'node:http';
import { type DynamicModule, Module } from '@nestjs/common';
import type { Request } from 'express';
import { LoggerModule } from 'nestjs-pino';
import type { Env } from './env';

/** JSON lines in production, readable ones elsewhere. A request is one line, without headers: nothing secret is ever written. */
@Module({})
export class LogModule {
  static with(env: Env): DynamicModule {
    return LoggerModule.forRoot({
      pinoHttp: {
        level: env.LOG_LEVEL,
        genReqId: (request) => (request as IncomingMessage & { requestId?: string }).requestId ?? '',
        // health checks and assets would drown the rest
        autoLogging: env.production ? { ignore: isNoise } : false,
        customProps: (request) => whoAndWhat(request as Request),
        serializers: { req: requestLine, res: ({ statusCode }: ServerResponse) => ({ statusCode }) },
        ...(!env.production && {
          transport: { target: 'pino-pretty', options: { ignore: 'pid,hostname,req,res,context', singleLine: true } },
        }),
      },
    });
  }
}

function isNoise({ url = '' }: IncomingMessage): boolean {
  return !url.startsWith('/api/') || url.startsWith('/api/health');
}

/** The person and the order, by their ids, where there are any. */
function whoAndWhat({ user, params, route }: Request): object {
  const path = (route as { path: string } | undefined)?.path ?? '';
  const order = /\/(orders|delivery)\/:id/.test(path) ? params['id'] : undefined;
  return { ...(user && { user: (user as { id: string }).id }), ...(order && { order }) };
}

/** The path only: a query may hold what somebody searched for. */
function requestLine({ id, method, url }: { id: string; method: string; url: string }): object {
  return { id, method, path: url.split('?')[0] };
}
