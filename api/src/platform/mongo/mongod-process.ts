import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

/** Milliseconds that a server gets to write its data and end. */
const GRACE = 15_000;

export interface MongodOptions {
  binary: string;
  dbPath: string;
  port: number;
  replicaSet: string;
  logFile: string;
}

/** A running server that ends with this process, however that ends. */
export interface MongodProcess {
  pid: number;
  /** Resolves when it is gone. */
  ended: Promise<unknown>;
  stop: () => Promise<void>;
}

/** Starts the server; it is not yet listening. */
export function spawnMongod({ binary, dbPath, port, replicaSet, logFile }: MongodOptions): MongodProcess {
  // a file, not a pipe: a pipe that nobody reads in time would stop the server
  const log = openSync(logFile, 'a');
  const place = ['--dbpath', dbPath, '--port', String(port), '--bind_ip', '127.0.0.1', '--replSet', replicaSet];
  const args = [...place, '--quiet', '--oplogSize', '512', '--wiredTigerCacheSizeGB', '0.5', ...PARAMETERS];
  // detached: Ctrl-C reaches the whole terminal, but the database has to be the last to go
  const mongod = spawn(binary, args, { stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  const ended = once(mongod, 'exit').catch((error: unknown) => error);
  const guard = mongod.pid ? guardOf(mongod.pid) : undefined;
  mongod.unref();
  return { pid: mongod.pid ?? 0, ended, stop: () => stop(mongod, guard, ended) };
}

const PARAMETERS = [
  // one member has nobody to hand over to, so it need not wait for clients to go elsewhere
  ...['--setParameter', 'shutdownTimeoutMillisForSignaledShutdown=0'],
  ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
  // a killed server leaves its open transactions behind: whoever needs the same order, product or partner waits for their end
  ...['--setParameter', 'transactionLifetimeLimitSeconds=5'],
  ...(process.platform === 'win32' ? [] : ['--nounixsocket']),
];

/** Its input closes when this process is gone, even by `kill -9`: then the server has to go too. */
const GUARD = `
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
process.stdin.resume().on('close', () => {
  try { process.kill(Number(process.argv[1]), 'SIGTERM'); } catch {}
  process.exit();
});`;

function guardOf(pid: number): ChildProcess {
  const guard = spawn(process.execPath, ['-e', GUARD, String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    env: {},
  });
  guard.unref();
  (guard.stdin as unknown as { unref(): void }).unref();
  return guard;
}

async function stop(mongod: ChildProcess, guard: ChildProcess | undefined, ended: Promise<unknown>): Promise<void> {
  if (mongod.exitCode === null && mongod.signalCode === null) {
    mongod.kill('SIGTERM');
    const last = setTimeout(() => mongod.kill('SIGKILL'), GRACE);
    await ended;
    clearTimeout(last);
  }
  guard?.kill('SIGKILL');
}

/** The process id of a server that is at work on these files, whoever started it. */
export async function mongodOn(dbPath: string): Promise<number | undefined> {
  const pid = Number(await readFile(join(dbPath, 'mongod.lock'), 'utf8').catch(() => ''));
  // a file left by a crash may name a process that is somebody else's by now
  return pid && isAlive(pid) && (await commandOf(pid)).includes(dbPath) ? pid : undefined;
}

async function commandOf(pid: number): Promise<string> {
  const fromProc = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
  if (fromProc !== null) return fromProc;
  const { stdout } = await promisify(execFile)('ps', ['-p', String(pid), '-o', 'args=']).catch(() => ({ stdout: '' }));
  return stdout;
}

/** Whether there is such a process. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether nothing is at work on these files any more within so many milliseconds. */
export async function becomesFree(dbPath: string, patience: number): Promise<boolean> {
  for (const deadline = Date.now() + patience; await mongodOn(dbPath); await wait(50)) {
    if (Date.now() > deadline) return false;
  }
  return true;
}

/** Ends a server that another process left behind. false: it is still there. */
export async function endMongod(pid: number, dbPath: string): Promise<boolean> {
  process.kill(pid, 'SIGTERM');
  if (await becomesFree(dbPath, GRACE)) return true;
  process.kill(pid, 'SIGKILL');
  return becomesFree(dbPath, 5000);
}

/** Why the server gave up, in its own words. */
export async function lastWords(logFile: string): Promise<string> {
  const lines = (await readFile(logFile, 'utf8').catch(() => '')).trim().split('\n');
  const worst = lines.map(parsed).find(({ s }) => s === 'F' || s === 'E');
  const { error, message } = worst?.attr ?? {};
  const reasons = [error, error?.errmsg, message?.msg, message, worst?.msg, lines.at(-1)];
  const reason = reasons.find((text): text is string => typeof text === 'string') ?? '';
  return reason.replace(/\s+/g, ' ').slice(0, 240);
}

interface LogLine {
  /** Severity: F is fatal, E an error. */
  s?: string;
  msg?: string;
  attr?: { error?: { errmsg?: unknown }; message?: { msg?: unknown } };
}

function parsed(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return {};
  }
}
