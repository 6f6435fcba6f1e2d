// What `npm start`, `npm test` and `npm run dev` share: dependencies that fit the lock, commands on the project's own Node,
// and an end for all that was started. Runs on the machine's Node (>= 20), before anything is installed.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join, resolve } from 'node:path';

// by hand it may outlive its terminal, as with nohup
if (process.env.npm_lifecycle_event) await import('./leash.mjs');

export const root = resolve(import.meta.dirname, '..');
const modules = join(root, 'node_modules');
const bin = join(modules, '.bin');
const windows = process.platform === 'win32';

const children = new Set();
let stopping;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    stopping = signal;
    for (const child of children) child.kill(signal);
    if (!children.size) process.exit(exitCode(signal));
  });
}

/** Ends with one line that a person can act on. */
export function fail(line) {
  console.error(`\n${line}`);
  process.exit(1);
}

/** Ends every command that still runs. */
export function stopAll() {
  for (const child of children) child.kill('SIGTERM');
}

/**
 * Runs a command on the project's Node.
 * @param options `env` is added to the environment; `stdio` as in `spawn`; `started` is told the child
 * @returns its exit code; does not return when this process was told to end meanwhile
 */
export async function run(command, args, { env, stdio = 'inherit', started } = {}) {
  const child = spawn(command, args, {
    cwd: root,
    stdio,
    shell: windows,
    env: { ...process.env, PATH: bin + delimiter + process.env.PATH, NX_DAEMON: 'false', ...env },
  });
  children.add(child);
  started?.(child);
  const code = await new Promise((done) => {
    child.on('error', (error) => fail(`${command} could not be started: ${error.message}`));
    child.on('close', (code, signal) => done(code ?? exitCode(signal)));
  });
  children.delete(child);
  if (stopping && !children.size) process.exit(code);
  return code;
}

/** As `run`, but shows the output only when the command fails, and a line now and then while it takes long. */
export async function runQuietly(what, command, args, options) {
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  const ticker = setInterval(() => console.log(`  … still ${what} (${seconds()} s)`), 15_000);
  let output = '';
  const started = (child) => {
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text));
  };
  const code = await run(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'], started });
  clearInterval(ticker);
  return { code, output };
}

/** `npm ci` when what is installed is not what the lock says. */
export async function install() {
  const [major] = process.versions.node.split('.');
  if (Number(major) < 20) fail(`Node ${process.version} is too old: install Node 20 or newer.`);
  if (installed()) return;
  console.log('Installing dependencies (about a minute) …');
  // without a network npm tries each of a thousand packages for minutes; one tells in seconds
  if (noNetwork((await npm('view', 'tslib', 'version', '--fetch-retries=1')).output)) fail(NO_REGISTRY);
  // no package needs its script; of `allowScripts` only npm 11 knows
  const { code, output } = await npm('ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund');
  if (code === 0) await npm('run', 'postinstall');
  if (code === 0 && installed()) return assertNode();
  if (noNetwork(output)) fail(NO_REGISTRY);
  fail(`The dependencies could not be installed:\n${output.trim()}`);
}

const NO_REGISTRY =
  'The dependencies cannot be fetched: the npm registry cannot be reached. Check the network and start again.';

function npm(...args) {
  const cli = process.env.npm_execpath;
  const options = [...args, '--loglevel=error', '--fetch-retry-mintimeout=1000'];
  return runQuietly('installing', ...(cli ? [process.execPath, [cli, ...options]] : ['npm', options]));
}

function noNetwork(output) {
  return /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ECONNRESET|ERR_SOCKET_TIMEOUT/.test(output);
}

/** npm leaves a lock of what it has installed; an optional package of another platform is in the one and not in the other. */
function installed() {
  const have = packages(join(modules, '.package-lock.json'));
  const want = packages(join(root, 'package-lock.json'));
  return Object.entries(want).every(
    ([path, { version, optional }]) => !path || optional || have[path]?.version === version,
  );
}

function packages(lock) {
  return existsSync(lock) ? JSON.parse(readFileSync(lock, 'utf8')).packages : {};
}

function assertNode() {
  const brings = ['node', 'node.cmd'].some((name) => existsSync(join(bin, name)));
  if (brings || Number.parseInt(process.versions.node) >= 26) return;
  fail(`No Node is packaged for ${process.platform} on ${process.arch}: install Node 26 or newer.`);
}

/** Ends with one line when somebody else listens on the port. */
export async function assertFree(port, hint) {
  const error = await new Promise((done) => {
    const server = createServer().once('error', done);
    server.listen(port, () => server.close(() => done(null)));
  });
  if (error?.code === 'EADDRINUSE') fail(`Port ${port} is in use: stop what listens there, ${hint}`);
  if (error) fail(`Port ${port} cannot be used (${error.code}): choose another one, ${hint}`);
}

function exitCode(signal) {
  return signal === 'SIGINT' ? 130 : 143;
}
