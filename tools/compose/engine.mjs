// A Docker engine of its own, for one run: Debian's packages unpacked beside the cache, never installed, no network of its own
// until compose makes one, no rule in the machine's firewall. And Docker Compose, built from its Go module.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { sh } from './sh.mjs';

const COMPOSE = 'v2.40.3';
/** What compose's own go.mod leaves out, which counts in the main module only. */
const EXCLUDED = `
exclude (
	github.com/davecgh/go-spew v1.1.2-0.20180830191138-d8f796af33cc
	github.com/pmezard/go-difflib v1.0.1-0.20181226105442-5d4384ee4fb2
)
`;

/** @returns the folders of the engine's programs, as in PATH; fetched when they are not there */
export async function engine(cache) {
  const folder = join(cache, 'engine');
  const bin = ['usr/bin', 'usr/sbin'].map((one) => join(folder, one)).join(':');
  if (!existsSync(join(folder, 'usr/sbin/dockerd'))) {
    const debs = join(cache, 'debs');
    mkdirSync(debs, { recursive: true });
    await sh('apt-get', ['download', '-qq', 'docker.io', 'containerd', 'runc', 'tini'], { cwd: debs });
    for (const deb of readdirSync(debs)) await sh('dpkg', ['-x', join(debs, deb), folder]);
    rmSync(debs, { recursive: true });
  }
  return bin;
}

/** @returns the path of compose, built when it is not there: some minutes */
export async function composePlugin(cache) {
  const path = join(cache, `docker-compose-${COMPOSE}`);
  if (existsSync(path)) return path;
  const folder = join(cache, 'compose');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'go.mod'), `module compose\n\ngo 1.24\n${EXCLUDED}`);
  writeFileSync(
    join(folder, 'tools.go'),
    '//go:build tools\n\npackage tools\n\nimport _ "github.com/docker/compose/v2/cmd"\n',
  );
  const go = (...args) => sh('go', args, { cwd: folder, env: { GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'auto' } });
  await go('get', `github.com/docker/compose/v2@${COMPOSE}`);
  await go('mod', 'tidy');
  await go('build', '-buildvcs=false', '-o', path, 'github.com/docker/compose/v2/cmd');
  rmSync(folder, { recursive: true, force: true });
  return path;
}

/** The engine that runs: `docker` is its command line, `end` leaves nothing behind. */
export async function startEngine({ bin, data }) {
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true });
  const socket = `unix://${join(data, 'docker.sock')}`;
  const env = { DOCKER_HOST: socket, PATH: `${bin}:${process.env.PATH}` };
  const daemon = spawn(
    'dockerd',
    [
      ...['--data-root', join(data, 'root'), '--exec-root', join(data, 'exec'), '--pidfile', join(data, 'pid')],
      ...['-H', socket, '--storage-driver', 'overlay2', '--bridge', 'none', '--iptables=false', '--ip6tables=false'],
      ...['--ip-masq=false', '--log-level', 'error'],
    ],
    { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  daemon.stderr.on('data', (chunk) => (said += chunk));
  const docker = (...args) => sh('docker', args, { env });
  const answers = () =>
    docker('info').then(
      () => true,
      () => false,
    );
  for (let tries = 0; !(await answers()); tries++) {
    if (daemon.exitCode !== null || tries > 100)
      throw new Error(`the engine did not start: ${said.trim().split('\n').at(-1)}`);
    await pause(200);
  }
  return {
    env,
    docker,
    async end() {
      const over = once(daemon, 'exit');
      daemon.kill('SIGTERM');
      await over;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** Ends the engine of a run that was broken off, with all that it runs. */
export async function endLeftOver(data) {
  const file = join(data, 'pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8'));
  const runs = () => existsSync(`/proc/${pid}`) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(data);
  if (!runs()) return;
  const docker = (...args) => sh('docker', ['-H', `unix://${join(data, 'docker.sock')}`, ...args]);
  const containers = (await docker('ps', '-aq')).split('\n').filter(Boolean);
  if (containers.length) await docker('rm', '-f', ...containers);
  await docker('network', 'prune', '-f');
  process.kill(pid, 'SIGTERM');
  while (runs()) await pause(100);
}
