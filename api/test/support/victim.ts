import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import mongoose, { type Connection } from 'mongoose';

const ROOT = join(import.meta.dirname, '../../..');

/** The built server as a process of its own, on a database of its own, that can be killed and started again. */
export class Victim {
  private process?: ChildProcess;

  private constructor(
    readonly url: string,
    readonly database: Connection,
    private readonly dataDir: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  static async prepare(): Promise<Victim> {
    await build();
    const uri = new URL(process.env['MONGODB_TEST_URI']!);
    uri.pathname = `/qc_kill_${process.pid}`;
    const dataDir = await mkdtemp(join(tmpdir(), 'qc-kill-'));
    const port = await freePort();
    const env = {
      PATH: process.env['PATH'],
      NODE_ENV: 'test',
      PORT: String(port),
      MONGODB_URI: uri.href,
      DATA_DIR: dataDir,
      RATE_LIMIT_ENABLED: 'false',
      BCRYPT_ROUNDS: '4',
      LOG_LEVEL: 'error',
    };
    const database = await mongoose.createConnection(uri.href, { readConcern: { level: 'majority' } }).asPromise();
    // as the product starts its own: what a killed process held open must not stop the others for a minute
    await database.db!.admin().command({ setParameter: 1, transactionLifetimeLimitSeconds: 5 });
    return new Victim(`http://127.0.0.1:${port}`, database, dataDir, env);
  }

  async start(): Promise<void> {
    this.process = spawn(process.execPath, ['dist/api/api/src/main.js'], { cwd: ROOT, env: this.env });
    let said = '';
    const ready = new Promise<void>((resolve, reject) => {
      const hear = (chunk: Buffer): void => {
        said += chunk.toString();
        if (said.includes('is ready on')) resolve();
      };
      this.process!.stdout!.on('data', hear);
      this.process!.stderr!.on('data', hear);
      this.process!.once('exit', () => reject(new Error(`the server did not start: ${said}`)));
    });
    await ready;
  }

  /** SIGKILL is a pulled plug: no handler runs. */
  async kill(signal: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    if (this.process?.exitCode !== null || this.process.signalCode !== null) return;
    const exited = once(this.process, 'exit');
    this.process.kill(signal);
    await exited;
  }

  async end(): Promise<void> {
    await this.kill('SIGTERM');
    await this.database.dropDatabase();
    await this.database.close();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

/** A cached target: nothing is done when the last build is of these sources. */
async function build(): Promise<void> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NX_')));
  await promisify(execFile)(process.execPath, ['node_modules/nx/dist/bin/nx.js', 'build', 'api'], {
    cwd: ROOT,
    env: { ...env, NX_DAEMON: 'false' },
  });
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
