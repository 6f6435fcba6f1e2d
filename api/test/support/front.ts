import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port';

const ROOT = join(import.meta.dirname, '../../..');
const MODULES = '/usr/lib/nginx/modules';

/** Why there is no proxy on this machine; undefined where there is one. */
export const NO_NGINX =
  spawnSync('nginx', ['-v']).status === 0 ? undefined : 'nginx is not installed (Debian: apt-get install nginx)';
export const NO_WAF = existsSync(join(MODULES, 'ngx_http_modsecurity_module.so'))
  ? undefined
  : 'ModSecurity is not installed (Debian: apt-get install libnginx-mod-http-modsecurity modsecurity-crs)';

/** nginx with the product's own configuration, before processes of the API. */
export class Front {
  private process?: ChildProcess;

  private constructor(
    private readonly run: string,
    readonly port: number,
    readonly securePort: number,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** @param urls of the API's processes @param more environment variables, as the container reads them */
  static async before(urls: readonly string[], more: Record<string, string> = {}): Promise<Front> {
    const [run, port, securePort] = [await mkdtemp(join(tmpdir(), 'qc-front-')), await freePort(), await freePort()];
    const front = new Front(run, port, securePort, {
      PATH: process.env['PATH'],
      UPSTREAMS: urls.map((url) => new URL(url).host).join(' '),
      CONFIGURATION: join(ROOT, 'nginx'),
      WEB_ROOT: join(ROOT, 'dist/web/browser'),
      RUN: run,
      HTTP_PORT: String(port),
      HTTPS_PORT: String(securePort),
      PUBLIC_HTTPS_PORT: String(securePort),
      CERTIFICATES: run,
      ACCESS_LOG: join(run, 'access.log'),
      ...more,
    });
    await front.start();
    return front;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get accessLog(): string {
    return join(this.run, 'access.log');
  }

  /** New workers take over, the old ones finish what they have. */
  reload(): void {
    this.process!.kill('SIGHUP');
  }

  async stop(): Promise<void> {
    const exited = once(this.process!, 'exit');
    this.process!.kill('SIGQUIT');
    const late = setTimeout(() => this.process!.kill('SIGTERM'), 1000);
    await exited;
    clearTimeout(late);
    await rm(this.run, { recursive: true, force: true });
  }

  private async start(): Promise<void> {
    let said = '';
    this.process = spawn(join(ROOT, 'nginx/entrypoint.sh'), { env: this.env, stdio: ['ignore', 'ignore', 'pipe'] });
    this.process.stderr!.on('data', (chunk) => (said += String(chunk)));
    while (!(await this.listens())) {
      if (this.process.exitCode !== null) throw new Error(`nginx did not start: ${said}`);
      await pause(20);
    }
  }

  private listens(): Promise<boolean> {
    const socket = connect(this.port, '127.0.0.1');
    return new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    }).finally(() => socket.destroy());
  }
}
