import { NestFactory } from '@nestjs/core';
import { getConnectionToken } from '@nestjs/mongoose';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Connection } from 'mongoose';
import { Logger } from 'nestjs-pino';
import { AppModule } from './app.module';
import { FirstData } from './demo/first-data';
import type { Env } from './platform/env';
import { configureHttp } from './platform/http/http-app';
import { serveApiDocs } from './platform/openapi/openapi';

/** The whole server, ready to listen: collections and indexes are there, the first data is in. Tests start the very same. */
export async function createApp(env: Env): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(AppModule.with(env), {
    bufferLogs: true,
    bodyParser: false,
    abortOnError: false,
  });
  app.useLogger(app.get(Logger));
  configureHttp(app, env);
  serveApiDocs(app);
  // a collection that is made within a transaction would make its first users fail
  await Promise.all(Object.values(app.get<Connection>(getConnectionToken()).models).map((model) => model.init()));
  await app.get(FirstData).ensure();
  return app;
}
