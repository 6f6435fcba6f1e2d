import type { IncomingMessage, ServerResponse } from 'node:http';
import { type DynamicModule, Module } from '@nestjs/common';
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

/** The path only: a query may hold what somebody searched for. */
function requestLine({ id, method, url }: { id: string; method: string; url: string }): object {
  return { id, method, path: url.split('?')[0] };
}
