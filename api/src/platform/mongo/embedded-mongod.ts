import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { StartupError } from '../startup-error';
import { findMongod } from './find-mongod';
import { becomesFree, endMongod, isAlive, lastWords, mongodOn, spawnMongod } from './mongod-process';
import { becomePrimary } from './replica-set';

export interface EmbeddedMongod {
  uri: string;
  /** Resolves when the server has written everything and is gone; its files stay. */
  stop: () => Promise<void>;
}

export interface EmbeddedOptions {
  dataDir: string;
  /** Unset: the one kept with the data, the first time a free one. */
  port?: number;
  say: (line: string) => void;
}

interface Place {
  dataDir: string;
  dbPath: string;
  logFile: string;
  stateFile: string;
}

/** Kept beside the data: where its server runs, and for which process. */
interface State {
  port: number;
  mongod: number;
  owner: number;
}

const DATABASE = 'quickcommerce';
const REPLICA_SET = 'rs0';
/** Below the ports that systems give to outgoing connections, so that the same one is free at the next start. */
const PORTS = { first: 27_100, count: 1900 } as const;
/** Milliseconds that an unknown server gets to end: it may be one that was killed while it started. */
const LEFTOVER = 5000;
/** Milliseconds after which a start is slow enough to say why. */
const SLOW = 4000;

/**
 * Starts a one-member replica set of the real server; its files live under `dataDir` and stay there.
 * @throws StartupError in one line: no server to be had, the folder cannot be used, its data is in use or broken
 */
export async function startEmbeddedMongod({ dataDir, port, say }: EmbeddedOptions): Promise<EmbeddedMongod> {
  const inDataDir = (name: string) => resolve(dataDir, name);
  const place = {
    dataDir,
    dbPath: inDataDir('mongo'),
    logFile: inDataDir('mongod.log'),
    stateFile: inDataDir('mongo.json'),
  };
  await assertWritable(place);
  const { path } = await findMongod(say);
  const state = await readState(place);
  await awaitFree(place, state, say);
  return launch(place, path, port ?? (await freePort(state?.port, say)), say);
}

async function launch(
  place: Place,
  binary: string,
  port: number,
  say: (line: string) => void,
): Promise<EmbeddedMongod> {
  // a log of its own until it is known whose data this is: another start may be under way on the same folder
  const draft = `${place.logFile}.${process.pid}`;
  await rm(draft, { force: true });
  const mongod = spawnMongod({ dbPath: place.dbPath, binary, port, replicaSet: REPLICA_SET, logFile: draft });
  const slow = setTimeout(() => say('MongoDB is still starting: it checks its files …'), SLOW);
  const died = new AbortController();
  const end = mongod.ended.then(() => died.abort(new Error('mongod ended')));
  try {
    const member = { pid: mongod.pid, port, name: REPLICA_SET, signal: died.signal };
    await Promise.race([becomePrimary(member), end.then(() => died.signal.throwIfAborted())]);
    await rename(draft, place.logFile);
    await writeState(place, { port, mongod: mongod.pid, owner: process.pid });
  } catch (error) {
    const reason = died.signal.aborted ? await lastWords(draft) : (error as Error).message;
    await mongod.stop();
    await rename(draft, `${place.logFile}.failed`);
    throw new StartupError(explained(reason, place, port));
  } finally {
    clearTimeout(slow);
  }
  return { uri: `mongodb://127.0.0.1:${port}/${DATABASE}?replicaSet=${REPLICA_SET}`, stop: () => mongod.stop() };
}

async function assertWritable({ dataDir, dbPath }: Place): Promise<void> {
  const probe = join(dbPath, `.writable-${process.pid}`);
  try {
    await mkdir(dbPath, { recursive: true });
    await writeFile(probe, '');
    await rm(probe);
  } catch (error) {
    throw new StartupError(
      `DATA_DIR ${dataDir} cannot be written (${(error as Error).message}): make it writable, or choose another folder, e.g. DATA_DIR=.data2 npm start`,
    );
  }
}

/** A server on these files is either at work for a living process, or about to end because its process was killed. */
async function awaitFree(place: Place, state: State | null, say: (line: string) => void): Promise<void> {
  const pid = await mongodOn(place.dbPath);
  if (!pid) return;
  const ours = state?.mongod === pid;
  if (ours && isAlive(state.owner)) throw new StartupError(inUse(place, `process ${state.owner}`));
  say('Waiting for the MongoDB of an earlier run to end …');
  if (ours ? await endMongod(pid, place.dbPath) : await becomesFree(place.dbPath, LEFTOVER)) return;
  throw new StartupError(inUse(place, `mongod process ${pid}`));
}

function inUse({ dataDir }: Place, by: string): string {
  return `The data in ${dataDir} is in use (${by}): stop the other QuickCommerce, or choose another folder, e.g. DATA_DIR=.data2 npm start`;
}

function explained(reason: string, place: Place, port: number): string {
  if (reason.includes('DBPathInUse')) return inUse(place, 'another mongod');
  if (/address already in use/i.test(reason)) return `Port ${port} was taken while MongoDB started: start again.`;
  if (/no space left/i.test(reason)) return `The disk that holds ${place.dbPath} is full: free some space.`;
  if (/feature ?compatibility|version incompatibility|WT_VERSION|IncompatibleServerVersion/i.test(reason)) {
    return `The data in ${place.dbPath} was written by another version of MongoDB (${reason}): use that version, or move the folder away to begin anew.`;
  }
  return `MongoDB cannot run on the data in ${place.dbPath} (${reason}; more in ${place.logFile}.failed): restore it from a backup, or move the folder away to begin anew.`;
}

/** The port of last time while nobody else has it, else any free one. */
async function freePort(kept: number | undefined, say: (line: string) => void): Promise<number> {
  if (kept && (await isFree(kept))) return kept;
  // the server asks whoever is there whether it is itself, and takes 30 s for silence
  if (kept)
    say(`Port ${kept}, where the data was served, is taken: moving to another one, which can take half a minute …`);
  for (let tries = 0; tries < 50; tries += 1) {
    const port = PORTS.first + Math.floor(Math.random() * PORTS.count);
    if (await isFree(port)) return port;
  }
  throw new StartupError(`No free port for MongoDB between ${PORTS.first} and ${PORTS.first + PORTS.count}.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer().once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}

async function readState({ stateFile }: Place): Promise<State | null> {
  try {
    return JSON.parse(await readFile(stateFile, 'utf8')) as State;
  } catch {
    return null;
  }
}

async function writeState({ stateFile }: Place, state: State): Promise<void> {
  const draft = `${stateFile}.${process.pid}`;
  await writeFile(draft, JSON.stringify(state));
  await rename(draft, stateFile);
}
