import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import mongoose from 'mongoose';
import { findMongod } from '../../src/platform/mongo/find-mongod';
import { freePort } from './free-port';
import { buildApi } from './victim';

const ROOT = join(import.meta.dirname, '../../..');

/** A server that asks for passwords, prepared by `docker/mongo-init.mjs` as in production. */
export class GuardedMongod {
  private process?: ChildProcess;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
    private readonly binary: string,
  ) {}

  static async start(): Promise<GuardedMongod> {
    await buildApi();
    const { path } = await findMongod(() => undefined);
    const mongod = new GuardedMongod(await mkdtemp(join(tmpdir(), 'qc-guarded-')), await freePort(), path);
    await mkdir(join(mongod.folder, 'db'));
    await mongod.makeRoot();
    await writeFile(join(mongod.folder, 'key'), randomBytes(96).toString('base64'), { mode: 0o400 });
    mongod.run('--replSet', 'rs0', '--keyFile', join(mongod.folder, 'key'));
    await mongod.prepare();
    return mongod;
  }

  /** Once more, as every start of the product does. */
  async prepare(): Promise<void> {
    await promisify(execFile)(process.execPath, ['docker/mongo-init.mjs', `127.0.0.1:${this.port}`, this.folder], {
      cwd: ROOT,
    });
  }

  uri(user: 'quickcommerce' | 'backup'): string {
    const host = `127.0.0.1:${this.port}`;
    return `mongodb://${user}:of-${user}@${host}/quickcommerce?replicaSet=rs0&authSource=quickcommerce`;
  }

  async stop(): Promise<void> {
    await this.end();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** As the official image does: before anybody has to say who they are. */
  private async makeRoot(): Promise<void> {
    const secrets = { root: 'of-root', database: 'of-quickcommerce', backup: 'of-backup' };
    for (const [name, secret] of Object.entries(secrets))
      await writeFile(join(this.folder, `${name}-password`), secret);
    this.run();
    const client = new mongoose.mongo.MongoClient(`mongodb://127.0.0.1:${this.port}/?directConnection=true`);
    await client.db('admin').command({ createUser: 'root', pwd: secrets.root, roles: ['root'] });
    await client.close();
    await this.end();
  }

  private run(...args: string[]): void {
    const place = ['--dbpath', join(this.folder, 'db'), '--port', String(this.port), '--bind_ip', '127.0.0.1'];
    const small = ['--oplogSize', '64', '--wiredTigerCacheSizeGB', '0.25', '--nounixsocket'];
    this.process = spawn(this.binary, [...place, ...small, ...args], { stdio: 'ignore' });
  }

  private async end(): Promise<void> {
    if (!this.process || this.process.exitCode !== null) return;
    const ended = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    await ended;
  }
}
