import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import compression from 'compression';
import cookieParser from 'cookie-parser';
import { type NextFunction, type Request, type Response, static as serveFiles } from 'express';
import type { Env } from '../env';
import { Lifecycle } from '../lifecycle';
import { RATE_HEADERS } from '../limits/rate-headers';
import { Metrics } from '../metrics/metrics';
import { LiveAdapter } from '../realtime/io.adapter';
import { Problem } from './problem';
import { requestContext } from './request-context';
import { requestId } from './request-id';
import { securityHeaders } from './security-headers';
import { validation } from './validation';

/** Bytes of a JSON body. */
const LARGEST_BODY = '100kb';
/** A browser sends fifteen, and a proxy adds five. */
const MOST_HEADERS = 100;

function fewHeaders({ rawHeaders }: Request, _response: Response, next: NextFunction): void {
  // names and values take turns
  next(rawHeaders.length > 2 * MOST_HEADERS ? new Problem('HEADERS_TOO_LARGE') : undefined);
}

/** Everything between the wire and the first controller. */
export function configureHttp(app: NestExpressApplication, env: Env): void {
  app.setGlobalPrefix('api');
  app.set('trust proxy', env.TRUST_PROXY);
  app.disable('x-powered-by');
  app.use(app.get(Metrics).timeRequests, app.get(Lifecycle).partWithConnections);
  app.use(requestId, fewHeaders, requestContext, securityHeaders(), compression(), cookieParser());
  // what is packed may be a thousand times as large: nobody needs it for a few kilobytes
  app.useBodyParser('json', { limit: LARGEST_BODY, inflate: false });
  app.useGlobalPipes(validation);
  app.useWebSocketAdapter(new LiveAdapter(app, env));
  if (env.CORS_ORIGIN) {
    const origin = env.CORS_ORIGIN.split(',').map((one) => one.trim());
    app.enableCors({
      origin,
      credentials: true,
      exposedHeaders: ['ETag', 'X-Request-Id', 'Retry-After', ...RATE_HEADERS],
    });
  }
}

/** The built web app on the same port: files as they are, any other page the app itself, so that deep links work. */
export function serveWebApp(app: NestExpressApplication, folder: string): void {
  if (!existsSync(join(folder, 'index.html'))) return;
  const express = app.getHttpAdapter().getInstance();
  const immutable = /-[\w-]{8}\.(js|css|woff2)$/;
  express.use(
    serveFiles(folder, {
      index: false,
      setHeaders: (response: Response, path: string) => {
        response.setHeader('Cache-Control', immutable.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    }),
  );
  express.get(/^\/(?!api\/|socket\.io\/)/, (request: Request, response: Response) => {
    // a missing file is a 404, not the app under a wrong name. Said here: Express would say it with a policy of its own
    if (/\.\w+$/.test(request.path)) return void response.sendStatus(404);
    response.setHeader('Cache-Control', 'no-cache');
    response.sendFile('index.html', { root: folder });
  });
}
