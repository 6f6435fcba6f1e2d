import type { IncomingMessage, ServerResponse } from 'node:http';
import { type DynamicModule, Module } from '@nestjs/common';
import type { Request } from 'express';
import { LoggerModule, type Params } from 'nestjs-pino';
import type { Env } from './env';
import { errorLine, messageOf, oneLine, REDACTED, redactLine, withoutPrivateField } from './redaction';

type PinoOptions = Exclude<Exclude<Params['pinoHttp'], readonly unknown[] | undefined>, { write: unknown }>;

/**
 * JSON lines in production, readable ones elsewhere. A request is one line, without headers, query or body. Whatever else
 * is logged goes through `redaction`: fields by their name, texts by their form.
 */
@Module({})
export class LogModule {
  static with(env: Env): DynamicModule {
    return LoggerModule.forRoot({ pinoHttp: logOptions(env) });
  }
}

/** Of pino-pretty. */
export const READABLE = { ignore: 'pid,hostname,req,res,context', singleLine: true };

const SERIALIZERS = { req: requestLine, res: ({ statusCode }: ServerResponse) => ({ statusCode }), err: errorLine };

export function logOptions(env: Pick<Env, 'LOG_LEVEL' | 'production'>): PinoOptions {
  return {
    level: env.LOG_LEVEL,
    genReqId: (request) => (request as IncomingMessage & { requestId?: string }).requestId ?? '',
    // health checks and assets would drown the rest
    autoLogging: env.production ? { ignore: isNoise } : false,
    customProps: (request) => whoAndWhat(request as Request),
    serializers: SERIALIZERS,
    wrapSerializers: false,
    formatters: { log: withoutPrivateFields },
    hooks: {
      logMethod(args, method) {
        method.apply(this, inOneLine(args) as typeof args);
      },
      streamWrite: redactLine,
    },
    ...(!env.production && {
      transport: { target: 'pino-pretty', options: READABLE },
    }),
  };
}

/** What has a serializer of its own is left to it. */
function withoutPrivateFields(fields: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(fields);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, name in SERIALIZERS ? value : withoutPrivateField(name, value)]),
  );
}

/** The texts among what was given to log; of an error its own, which pino would take as the message. */
function inOneLine([first, message, ...rest]: unknown[]): unknown[] {
  const { err } = (first ?? {}) as { err?: unknown };
  const text = message ?? (err instanceof Error ? messageOf(err) : undefined);
  const line = (one: unknown): unknown => (typeof one === 'string' ? oneLine(one) : one);
  return [line(first), ...(text === undefined && !rest.length ? [] : [line(text)]), ...rest.map(line)];
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

/** The path only: a query may hold what somebody searched for. What opens a delivery to anybody is a secret too. */
function requestLine({ id, method, originalUrl }: Pick<Request, 'method' | 'originalUrl'> & { id?: unknown }): object {
  const path = originalUrl.split('?')[0]!.replace(/(\/track\/)[^/]+/, `$1${REDACTED}`);
  return { id, method, path };
}
