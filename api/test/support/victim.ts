import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import mongoose, { type Connection } from 'mongoose';
import { freePort } from './free-port';

const ROOT = join(import.meta.dirname, '../../..');

/** The built server as a process of its own, on a database of its own, that can be killed and started again. */
export class Victim {
  /** All that it wrote since its last start. */
  said = '';
  private process?: ChildProcess;

  private constructor(
    readonly url: string,
    readonly database: Connection,
    private readonly dataDir: string,
    private readonly env: NodeJS.ProcessEnv,
    /** Else the database is another one's to end. */
    private readonly owns = true,
  ) {}

  /**
   * @param uri where its database is; unset: one of its own on the server of the tests
   * @param through the address that it is given instead, of a proxy before that database
   * @param more environment variables
   */
  static async prepare({
    uri = ownDatabase(),
    through = uri,
    more = {},
  }: { uri?: string; through?: string; more?: Record<string, string> } = {}): Promise<Victim> {
    await buildApi();
    const dataDir = await mkdtemp(join(tmpdir(), 'qc-kill-'));
    const port = await freePort();
    const env = {
      PATH: process.env['PATH'],
      NODE_ENV: 'test',
      PORT: String(port),
      MONGODB_URI: through,
      DATA_DIR: dataDir,
      JWT_SECRET: 'a secret of the tests that is long enough',
      FIELD_KEYS: 'test:dGhlIGtleSBvZiB0aGUgdGVzdHMgaXMgMzIgYnl0ZXM=',
      RATE_LIMIT_ENABLED: 'false',
      BCRYPT_ROUNDS: '4',
      LOG_LEVEL: 'error',
      ...more,
    };
    const database = await mongoose.createConnection(uri, { readConcern: { level: 'majority' } }).asPromise();
    // as the product starts its own: what a killed process held open must not stop the others for a minute
    await database.db!.admin().command({ setParameter: 1, transactionLifetimeLimitSeconds: 5 });
    return new Victim(`http://127.0.0.1:${port}`, database, dataDir, env);
  }

  /** Another process of the same product on the same database; ended before this one. */
  async twin(): Promise<Victim> {
    const port = await freePort();
    const env = { ...this.env, PORT: String(port) };
    return new Victim(`http://127.0.0.1:${port}`, this.database, this.dataDir, env, false);
  }

  async start(): Promise<void> {
    this.process = spawn(process.execPath, ['dist/api/api/src/main.js'], { cwd: ROOT, env: this.env });
    this.said = '';
    const ready = new Promise<void>((resolve, reject) => {
      const hear = (chunk: Buffer): void => {
        this.said += chunk.toString();
        if (this.said.includes('is ready on')) resolve();
      };
      this.process!.stdout!.on('data', hear);
      this.process!.stderr!.on('data', hear);
      this.process!.once('exit', () => reject(new Error(`the server did not start: ${this.said}`)));
    });
    await ready;
  }

  /** Its exit code, once it has ended by itself. */
  async ended(): Promise<number | null> {
    if (this.process!.exitCode === null) await once(this.process!, 'exit');
    return this.process!.exitCode;
  }

  /** Sends a signal and waits for nothing. */
  signal(signal: 'SIGTERM'): void {
    this.process!.kill(signal);
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
    if (!this.owns) return;
    await this.database.dropDatabase();
    await this.database.close();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

/** A name of its own, so that several may stand side by side. */
function ownDatabase(): string {
  const uri = new URL(process.env['MONGODB_TEST_URI']!);
  uri.pathname = `/qc_kill_${process.pid}_${randomUUID().slice(0, 8)}`;
  return uri.href;
}

/** A cached target: nothing is done when the last build is of these sources. */
export async function buildApi(): Promise<void> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NX_')));
  await promisify(execFile)(process.execPath, ['node_modules/nx/dist/bin/nx.js', 'build', 'api'], {
    cwd: ROOT,
    env: { ...env, NX_DAEMON: 'false' },
  });
}
