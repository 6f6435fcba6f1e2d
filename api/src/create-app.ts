import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module';
import { FirstData } from './demo/first-data';
import { prepareDatabase } from './keeping/prepare-database';
import type { Env } from './platform/env';
import { configureHttp } from './platform/http/http-app';
import { BoundedExpress } from './platform/http/http-server';
import { serveApiDocs } from './platform/openapi/openapi';

/** The whole server, ready to listen: the database is prepared, the first data is in. Tests start the very same. */
export async function createApp(env: Env): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(env), new BoundedExpress(), {
    bufferLogs: true,
    bodyParser: false,
    abortOnError: false,
  });
  app.useLogger(app.get(Logger));
  configureHttp(app, env);
  serveApiDocs(app);
  try {
    await prepareDatabase(app);
    await app.get(FirstData).ensure();
  } catch (error) {
    await app.close();
    throw error;
  }
  return app;
}
