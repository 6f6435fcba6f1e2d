import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { findRedis } from '../../src/platform/redis/find-redis';
import { freePort } from './free-port';

/** A real Redis on a port of its own, in memory only, that can be killed and started again. */
export class RedisServer {
  private process?: ChildProcess;

  private constructor(
    private readonly binary: string,
    private readonly port: number,
  ) {}

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await findRedis(), await freePort());
    await server.resume();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Resolves when it takes connections. One that runs goes on running. */
  async resume(): Promise<void> {
    if (this.runs) return;
    const options = ['--port', String(this.port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    this.process = spawn(this.binary, options, { stdio: ['ignore', 'pipe', 'ignore'] });
    let said = '';
    for await (const chunk of this.process.stdout!) {
      said += String(chunk);
      if (said.includes('Ready to accept connections')) break;
    }
    if (!this.runs) throw new Error(`Redis did not start: ${said}`);
  }

  /** SIGKILL: whatever it held is gone. */
  async kill(): Promise<void> {
    if (!this.runs) return;
    const exited = once(this.process!, 'exit');
    this.process!.kill('SIGKILL');
    await exited;
  }

  /** Holds its connections and answers nothing, until `thaw`. */
  freeze(): void {
    this.process!.kill('SIGSTOP');
  }

  thaw(): void {
    this.process!.kill('SIGCONT');
  }

  private get runs(): boolean {
    return this.process !== undefined && this.process.exitCode === null && this.process.signalCode === null;
  }
}
