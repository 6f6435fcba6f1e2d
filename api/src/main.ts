import './tracing';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createApp } from './create-app';
import { type Env, readEnv } from './platform/env';
import { serveWebApp } from './platform/http/http-app';
import { Lifecycle } from './platform/lifecycle';
import { LiveSockets } from './platform/realtime/live-sockets';
import { ensureSecrets } from './platform/secrets';
import { StartupError } from './platform/startup-error';

/** Milliseconds that requests under way get to finish, once the drain is over. */
const GRACE = 15_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface Running {
  app: NestExpressApplication;
  stopDatabase?: () => Promise<void>;
}

async function start(): Promise<Running> {
  const env = readEnv();
  ensureSecrets(env);
  const stopDatabase = env.MONGODB_URI ? undefined : await startDatabase(env);
  try {
    const app = await createApp(env);
    serveWebApp(app, join(process.cwd(), 'dist/web/browser'));
    await listen(app, env.PORT);
    say(`\n  QuickCommerce is ready on http://localhost:${env.PORT}   (API: http://localhost:${env.PORT}/api/docs)\n`);
    return { app, stopDatabase };
  } catch (error) {
    await stopDatabase?.();
    throw error;
  }
}

async function startDatabase(env: Env): Promise<() => Promise<void>> {
  const { startEmbeddedMongod } = await import('./platform/mongo/embedded-mongod');
  const { uri, stop } = await startEmbeddedMongod({ dataDir: env.DATA_DIR, say });
  env.MONGODB_URI = uri;
  return stop;
}

async function listen(app: NestExpressApplication, port: number): Promise<void> {
  await app.listen(port).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new StartupError(
      `port ${port} is in use: stop what listens there, or choose another one, e.g. PORT=5001 npm start`,
    );
  });
}

function stopOnSignal({ app, stopDatabase }: Running): void {
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    void app
      .get(Lifecycle)
      .end()
      .then(() => leave(app))
      .then(() => stopDatabase?.())
      .then(() => process.exit(0));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
}

/** Takes no new connections, sends the sockets away, finishes the requests under way. */
async function leave(app: NestExpressApplication): Promise<void> {
  setTimeout(() => process.exit(1), GRACE).unref();
  app.getHttpServer().close();
  await app.get(LiveSockets).sendAway();
  await app.close();
}

start().then(stopOnSignal, (error: unknown) => {
  const expected = error instanceof StartupError;
  process.stderr.write(
    expected ? `\n${error.message}\n` : `\nThe server could not start.\n${String((error as Error).stack)}\n`,
  );
  process.exit(1);
});
