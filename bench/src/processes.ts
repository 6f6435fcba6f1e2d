import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DATABASE = 'quickcommerce';

export interface Database {
  uri: string;
  stop: () => Promise<void>;
}

/** MongoDB as the product starts its own: a replica set of one, journalled, on a folder that goes away again. */
export async function startDatabase(): Promise<Database> {
  const module = new URL('../../dist/api/api/src/platform/mongo/embedded-mongod.js', import.meta.url).href;
  const { startEmbeddedMongod } = (await import(module)) as {
    startEmbeddedMongod: (options: { dataDir: string; say: (line: string) => void }) => Promise<Database>;
  };
  const dataDir = await mkdtemp(join(tmpdir(), 'qc-bench-'));
  const { uri, stop } = await startEmbeddedMongod({ dataDir, say: (line) => void process.stderr.write(`${line}\n`) });
  const address = new URL(uri);
  address.pathname = `/${DATABASE}`;
  return {
    uri: address.href,
    stop: async () => {
      await stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A script beside this one, as a process that ends with ours. */
export class Child {
  readonly url: string;
  private readonly process: ChildProcess;

  private constructor(url: string, process: ChildProcess) {
    this.url = url;
    this.process = process;
  }

  static async start(script: string, env: NodeJS.ProcessEnv = {}): Promise<Child> {
    const child = fork(fileURLToPath(new URL(script, import.meta.url)), { env: { ...process.env, ...env } });
    const ended = once(child, 'exit').then(() => {
      throw new Error(`${script} did not start`);
    });
    ended.catch(() => undefined);
    const [{ url }] = (await Promise.race([once(child, 'message'), ended])) as [{ url: string }];
    return new Child(url, child);
  }

  tell(message: object | string): void {
    this.process.send(message);
  }

  hear(listener: (message: unknown) => void): void {
    this.process.on('message', listener);
  }

  async stop(): Promise<void> {
    const ended = once(this.process, 'exit');
    this.process.disconnect();
    await ended;
  }
}
