import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import compression from 'compression';
import cookieParser from 'cookie-parser';
import { type NextFunction, type Request, type Response, static as serveFiles } from 'express';
import helmet from 'helmet';
import type { Env } from '../env';
import { Lifecycle } from '../lifecycle';
import { RATE_HEADERS } from '../limits/rate-headers';
import { Metrics } from '../metrics/metrics';
import { LiveAdapter } from '../realtime/io.adapter';
import { forOwnPages, listedOrigins } from './own-pages';
import { requestContext } from './request-context';
import { requestId } from './request-id';
import { validation } from './validation';

/** Bytes of a JSON body. */
const LARGEST_BODY = '100kb';
/** Milliseconds. Longer than a proxy keeps a connection (60 s), so that none is closed under a request. */
const KEEP_ALIVE = 65_000;

/** Everything between the wire and the first controller. */
export function configureHttp(app: NestExpressApplication, env: Env): void {
  app.setGlobalPrefix('api');
  app.set('trust proxy', env.TRUST_PROXY);
  app.disable('x-powered-by');
  app.use(app.get(Metrics).timeRequests, app.get(Lifecycle).partWithConnections);
  app.use(requestId, requestContext, security(env), compression(), cookieParser());
  app.use('/api/auth', forOwnPages(listedOrigins(env)));
  app.useBodyParser('json', { limit: LARGEST_BODY });
  app.useGlobalPipes(validation);
  app.getHttpServer().keepAliveTimeout = KEEP_ALIVE;
  app.useWebSocketAdapter(new LiveAdapter(app, env));
  if (env.CORS_ORIGIN) {
    const origin = [...listedOrigins(env)];
    app.enableCors({
      origin,
      credentials: true,
      exposedHeaders: ['ETag', 'X-Request-Id', 'Retry-After', ...RATE_HEADERS],
    });
  }
}

function security(env: Env): ReturnType<typeof helmet> {
  return helmet({
    contentSecurityPolicy: {
      directives: {
        defaultSrc: ["'self'"],
        // Angular writes component styles as <style> elements
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:', 'https:'],
        connectSrc: ["'self'", 'ws:', 'wss:'],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
        // over plain HTTP (npm start) an upgrade would break every asset
        upgradeInsecureRequests: null,
      },
    },
    strictTransportSecurity: env.TRUST_PROXY > 0,
  });
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
  express.get(/^\/(?!api\/|socket\.io\/)/, (request: Request, response: Response, next: NextFunction) => {
    // a missing file is a 404, not the app under a wrong name
    if (/\.\w+$/.test(request.path)) return next();
    response.setHeader('Cache-Control', 'no-cache');
    response.sendFile('index.html', { root: folder });
  });
}
