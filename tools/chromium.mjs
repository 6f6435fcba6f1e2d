// Finds a Chromium for browser tests and screenshots. Run directly, it prints the path.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Keep Chromium from calling out, let it run as root, and give it WebGL without a graphics card. */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-quic',
  '--disable-sync',
  '--disable-component-update',
  '--disable-background-networking',
  // drawing pages by SwiftShader takes five times as long; with this only WebGL is left to it
  '--disable-gpu',
  '--enable-unsafe-swiftshader',
];

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC_CHROME = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/**
 * A Chromium that starts here: `CHROMIUM`, Playwright's own, one on the PATH, else the one that npm brought.
 * @returns what Playwright's `launch` takes
 * @throws Error in one line when there is none
 */
export async function chromiumLaunch() {
  const named = process.env.CHROMIUM;
  if (named) return launch(named, await packagedEnv(named));
  const { chromium } = await import('@playwright/test');
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((dir) => NAMES.map((name) => join(dir, name)));
  for (const path of [chromium.executablePath(), ...onPath, MAC_CHROME]) {
    if (existsSync(path) && (await starts(path))) return launch(path);
  }
  return packaged();
}

/** @returns the path alone, for tools that start a browser themselves */
export async function chromiumPath() {
  return (await chromiumLaunch()).executablePath;
}

/** @param {string} executablePath */
function launch(executablePath, env = {}) {
  return { executablePath, args: CHROMIUM_ARGS, env: { ...process.env, ...env } };
}

async function starts(path, env = {}) {
  return run(path, ['--no-sandbox', '--version'], { env: { ...process.env, ...env }, timeout: 20_000 }).then(
    () => true,
    () => false,
  );
}

/** The Chromium inside npm's `@sparticuz/chromium`, unpacked once for all clones of this user. */
async function packaged() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('There is no Chromium here: install Chromium or Chrome, or set CHROMIUM=/path/to/chromium.');
  }
  const manifest = new URL('../node_modules/@sparticuz/chromium/package.json', import.meta.url);
  const { version } = JSON.parse(await readFile(manifest, 'utf8'));
  const home = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'quickcommerce', `chromium-${version}`);
  if (!existsSync(home)) await unpack(home);
  const path = join(home, 'chromium');
  const env = await packagedEnv(path);
  if (await starts(path, env)) return launch(path, env);
  throw new Error(
    `Chromium does not start from ${path}: install Debian's chromium, or set CHROMIUM=/path/to/chromium.`,
  );
}

/** A bare system has neither its libraries nor a font: then those that were unpacked beside it. */
async function packagedEnv(path) {
  const home = join(path, '..');
  if (!existsSync(join(home, 'al2023'))) return {};
  const env = existsSync('/etc/fonts/fonts.conf') ? {} : { FONTCONFIG_PATH: join(home, 'fonts') };
  if (await starts(path, env)) return env;
  const libraries = [join(home, 'al2023/lib'), process.env.LD_LIBRARY_PATH].filter(Boolean);
  return { ...env, LD_LIBRARY_PATH: libraries.join(delimiter) };
}

async function unpack(home) {
  const parent = join(home, '..');
  await mkdir(parent, { recursive: true });
  const work = await mkdtemp(join(parent, 'chromium-unpacking-'));
  try {
    // the package unpacks into the system's temporary folder only, so a process of its own gets another one
    await run(process.execPath, ['--input-type=module', '-e', UNPACK], {
      cwd: import.meta.dirname,
      env: { ...process.env, TMPDIR: work },
    });
    const fonts = join(work, 'fonts/fonts.conf');
    await writeFile(fonts, (await readFile(fonts, 'utf8')).replaceAll('/tmp/fonts', join(home, 'fonts')));
    // one step, so that two at once never see half of it
    await rename(work, home).catch((error) => {
      if (!existsSync(home)) throw error;
    });
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

const UNPACK = `
import chromium, { inflate } from '@sparticuz/chromium';
import { fileURLToPath } from 'node:url';
await chromium.executablePath();
await inflate(fileURLToPath(new URL('../bin/al2023.tar.br', import.meta.resolve('@sparticuz/chromium'))));
`;

if (process.argv[1] === import.meta.filename) console.log(await chromiumPath());
