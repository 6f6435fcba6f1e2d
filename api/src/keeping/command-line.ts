import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import mongoose, { type Connection } from 'mongoose';
import { type Env, readCommandEnv } from '../platform/env';
import { startEmbeddedMongod } from '../platform/mongo/embedded-mongod';
import { StartupError } from '../platform/startup-error';

export const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Runs a command to its end: what a person did wrong is one line, anything else comes with its stack. */
export function runCommand(command: (env: Env) => Promise<void>): void {
  const run = async (): Promise<void> => command(readCommandEnv());
  run().catch((error: unknown) => {
    const { stack, message } = error as NodeJS.ErrnoException;
    process.stderr.write(`${isMistake(error) ? message : String(stack)}\n`);
    process.exitCode = 1;
  });
}

/**
 * Opens the database of `uri`, or of `MONGODB_URI`, or the embedded one, whether its server runs or not, as long as the
 * work takes.
 */
export async function withDatabase<T>(
  env: Env,
  work: (connection: Connection) => Promise<T>,
  uri = env.MONGODB_URI,
): Promise<T> {
  if (uri) return connected(uri, work);
  const running = await embeddedUri(env.DATA_DIR);
  if (running) return connected(running, work);
  const { uri: started, stop } = await startEmbeddedMongod({ dataDir: env.DATA_DIR, say });
  try {
    return await connected(started, work);
  } finally {
    await stop();
  }
}

async function connected<T>(uri: string, work: (connection: Connection) => Promise<T>): Promise<T> {
  const options = {
    writeConcern: { w: 'majority' },
    readConcern: { level: 'majority' },
    serverSelectionTimeoutMS: 10_000,
    autoCreate: false,
    autoIndex: false,
  } as const;
  const connection = await mongoose
    .createConnection(uri, options)
    .asPromise()
    .catch((error: unknown) => {
      throw new StartupError(`the database cannot be reached: ${(error as Error).message}`);
    });
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

/** The embedded server notes its port beside its data; nobody may be listening there any more. */
async function embeddedUri(dataDir: string): Promise<string | undefined> {
  try {
    const { port } = JSON.parse(await readFile(join(dataDir, 'mongo.json'), 'utf8')) as { port: number };
    const uri = `mongodb://127.0.0.1:${port}/quickcommerce?replicaSet=rs0`;
    const probe = await mongoose.createConnection(uri, { serverSelectionTimeoutMS: 1000 }).asPromise();
    await probe.close();
    return uri;
  } catch {
    return undefined;
  }
}

function isMistake(error: unknown): boolean {
  return error instanceof StartupError || String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
}
