// npm run lint:supply: what comes in from outside, and what lies about. Nothing unused (knip), licences and install scripts
// by name, exact versions with checksums, no secret in the repository (secretlint: gitleaks would have to be fetched and
// built in Go first). Each check is also shown something bad, which it has to find. The last line is `N passed, N failed`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isAllowed } from './supply/licences.mjs';
import { nameOf, unnamedScripts, unpinned, unverified } from './supply/lock.mjs';
import { install, root, runQuietly } from './up.mjs';

/** @returns how many checks passed and failed; says what is wrong */
export async function lintSupply() {
  let passed = 0;
  let failed = 0;
  const say = (what, faults) => {
    console.log(`${faults.length ? '✗' : '✓'} ${what}`);
    for (const fault of faults) console.log(`    ${fault}`);
    faults.length ? failed++ : passed++;
  };
  for (const [what, check, bad] of CHECKS) {
    say(what, await check());
    say(`${what}: finds what is not so`, (await bad()).length ? [] : ['found nothing']);
  }
  return { passed, failed };
}

const read = (name) => JSON.parse(readFileSync(join(root, name), 'utf8'));
const manifest = read('package.json');
const lock = read('package-lock.json');
const withPackage = (path, fields) => ({ packages: { ...lock.packages, [path]: { version: '1.0.0', ...fields } } });

/** What is promised, the check, and the same check of something bad. */
const CHECKS = [
  ['no dependency, file or export is unused', () => knip(root), unusedThings],
  ['licences are allowed', licences, () => refused([['gpl-thing', 'GPL-3.0-only']])],
  [
    'install scripts are allowed by name',
    () => unnamedScripts(manifest, lock),
    () => unnamedScripts(manifest, withPackage('node_modules/scripted', { hasInstallScript: true })),
  ],
  [
    'package.json names one version of each, as in the lock',
    () => unpinned(manifest, lock),
    () => unpinned({ ...manifest, dependencies: { ...manifest.dependencies, express: '^5.0.0' } }, lock),
  ],
  [
    'packages come from the registry, with a checksum',
    () => unverified(lock),
    () => unverified(withPackage('node_modules/elsewhere', { resolved: 'https://evil.example/elsewhere.tgz' })),
  ],
  ['no secret is in the repository', () => secrets(tracked()), seededSecret],
];

async function knip(folder) {
  const { code, output } = await runQuietly('looking for what is unused', 'knip', [
    ...['--no-progress', '--no-config-hints', '--directory', folder],
  ]);
  return code === 0 ? [] : output.trim().split('\n');
}

/** A project with a dependency, a file and an export too many. */
async function unusedThings() {
  const found = await inFolder((folder) => {
    const write = (name, text) => writeFileSync(join(folder, name), text);
    write(
      'package.json',
      JSON.stringify({ name: 'x', type: 'module', main: 'a.mjs', dependencies: { nothing: '1.0.0' } }),
    );
    write('a.mjs', "import { b } from './b.mjs';\nb();\n");
    write('b.mjs', 'export const b = () => 1;\nexport const unused = 2;\n');
    write('lonely.mjs', 'export const c = 3;\n');
    return knip(folder);
  });
  return ['nothing', 'lonely.mjs', 'unused'].every((name) => found.some((line) => line.includes(name))) ? found : [];
}

/** Of what is installed here by its texts, and of other platforms' packages by what the lock says. */
async function licences() {
  const { output } = await runQuietly('reading licences', 'license-checker-rseidelsohn', [
    '--json',
    '--excludePrivatePackages',
  ]);
  const installed = Object.entries(JSON.parse(output)).map(([id, { licenses }]) => [
    id.replace(/@[^@]+$/, ''),
    Array.isArray(licenses) ? licenses.join(' AND ') : licenses,
  ]);
  const names = new Set(installed.map(([name]) => name));
  const elsewhere = Object.entries(lock.packages)
    .map(([path, { license }]) => [nameOf(path), license])
    .filter(([name, license]) => license && !names.has(name));
  return refused([...installed, ...elsewhere.filter(([name]) => name)]);
}

function refused(licences) {
  return licences
    .filter(([name, licence]) => !isAllowed(name, licence))
    .map(([name, licence]) => `${name}: ${licence}`);
}

function tracked() {
  const list = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' });
  return list.split('\0').filter((name) => name && !/\.(png|woff2|svg)$|^package-lock\.json$/.test(name));
}

async function secrets(files) {
  const { code, output } = await runQuietly('looking for secrets', 'secretlint', ['--no-glob', ...files]);
  return code === 0 ? [] : output.trim().split('\n');
}

/** Put together here, or this file would be one that holds a secret. */
function seededSecret() {
  const key = [
    '-----BEGIN RSA PRIVATE',
    ' KEY-----\n',
    `${'MIIEpAIBAAKCAQEA'.repeat(40)}\n`,
    '-----END RSA PRIVATE',
    ' KEY-----\n',
  ];
  return inFolder((folder) => {
    const file = join(folder, 'leaked.pem');
    writeFileSync(file, key.join(''));
    return secrets([file]);
  });
}

async function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), 'lint-supply-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await install();
  const { passed, failed } = await lintSupply();
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
}
