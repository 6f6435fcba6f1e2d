import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from './free-port';

const ROOT = join(import.meta.dirname, '../../..');
const MODULE = (name: string): boolean => existsSync(`/usr/lib/nginx/modules/${name}.so`);

/** Why nothing of this can run on this machine; undefined where it can. */
export const NO_NGINX =
  spawnSync('nginx', ['-v']).status === 0 ? undefined : 'nginx is not installed (Debian: nginx-light)';
export const NO_BROTLI =
  NO_NGINX ?? (MODULE('ngx_http_brotli_static_module') ? undefined : 'no Brotli (libnginx-mod-http-brotli-static)');
export const NO_WAF =
  NO_NGINX ??
  (MODULE('ngx_http_modsecurity_module')
    ? undefined
    : 'no ModSecurity (libnginx-mod-http-modsecurity, modsecurity-crs)');

/** nginx as the container starts it, on free ports of loopback. Ends with the block that it was started in (`await using`). */
export class Nginx implements AsyncDisposable {
  /** What it wrote to its error log. */
  said = '';
  private process!: ChildProcess;

  private constructor(
    /** Where it runs: rendered configuration and logs. */
    readonly folder: string,
    readonly port: number,
    readonly securePort: number,
    private readonly env: NodeJS.ProcessEnv,
  ) {}

  /** @param urls of the API's processes @param more environment variables, as the container reads them */
  static async before(urls: readonly string[], more: Record<string, string> = {}): Promise<Nginx> {
    const nginx = await Nginx.prepared(urls, more);
    await nginx.start();
    return nginx;
  }

  /** @returns what `nginx -t` says of the configuration that this environment makes; throws when it is refused */
  static async check(more: Record<string, string>): Promise<string> {
    const { env, folder } = await Nginx.prepared(['http://127.0.0.1:5000', 'http://127.0.0.1:5001'], more);
    const { status, stderr } = spawnSync(join(ROOT, 'nginx/entrypoint.sh'), ['-t'], { env, encoding: 'utf8' });
    await rm(folder, { recursive: true, force: true });
    if (status !== 0) throw new Error(stderr);
    return stderr;
  }

  private static async prepared(urls: readonly string[], more: Record<string, string>): Promise<Nginx> {
    const folder = await mkdtemp(join(tmpdir(), 'qc-nginx-'));
    const [port, securePort] = [more['HTTP_PORT'] ? Number(more['HTTP_PORT']) : await freePort(), await freePort()];
    return new Nginx(folder, port, securePort, {
      PATH: process.env['PATH'],
      UPSTREAMS: urls.map((url) => new URL(url).host).join(' '),
      CONFIGURATION: join(ROOT, 'nginx'),
      WEB_ROOT: join(ROOT, 'dist/web/browser'),
      RUN: folder,
      HTTP_PORT: String(port),
      HTTPS_PORT: String(securePort),
      PUBLIC_HTTPS_PORT: String(securePort),
      CERTIFICATES: folder,
      ACCESS_LOG: join(folder, 'access.log'),
      ...more,
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The access log, line by line. */
  async log(): Promise<Record<string, unknown>[]> {
    const text = await readFile(join(this.folder, 'access.log'), 'utf8');
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** New workers take over, with the certificates that are there now. Resolves when the old ones take no new connection. */
  async reload(): Promise<void> {
    const before = await this.workers();
    this.process.kill('SIGHUP');
    while ((await this.workers()).some((pid) => before.includes(pid))) await pause(10);
  }

  /** Resolves with all that it said in its error log, once this is in it. */
  async saying(what: RegExp): Promise<string> {
    while (!what.test(this.said)) await once(this.process.stderr!, 'data');
    return this.said;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    await exited;
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Those that take new connections. */
  private async workers(): Promise<string[]> {
    const { pid } = this.process;
    const all = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ');
    const names = await Promise.all(all.map((worker) => readFile(`/proc/${worker}/cmdline`, 'utf8').catch(() => '')));
    return all.filter(
      (_, index) => names[index]!.startsWith('nginx: worker process\0') || names[index] === 'nginx: worker process',
    );
  }

  private async start(): Promise<void> {
    this.process = spawn(join(ROOT, 'nginx/entrypoint.sh'), { env: this.env, stdio: ['ignore', 'ignore', 'pipe'] });
    this.process.stderr!.on('data', (chunk) => (this.said += String(chunk)));
    while (!(await this.listens())) {
      if (this.process.exitCode !== null) throw new Error(`nginx did not start: ${this.said}`);
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
