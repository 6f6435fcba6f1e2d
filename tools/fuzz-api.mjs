// npm run test:fuzz: schemathesis against the running API, as each role, with a fixed seed: made-up requests of the live
// OpenAPI document, good and bad. No 5xx, every answer as the document says, nothing bad taken, nothing good refused.
// The last line is `N passed, N failed`.
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { breakOnPurpose } from './fuzz/broken-api.mjs';
import { freePort } from './fuzz/free-port.mjs';
import { furnish } from './fuzz/shop.mjs';
import { install, root, run, runQuietly, stopAll } from './up.mjs';

const PACKAGE = 'schemathesis==4.32.5';
/** Outside node_modules' own packages, gone with them. */
const TOOLS = join(root, 'node_modules/.cache/fuzz-api');
const SEED = 6;
/** Made-up requests of each operation, beside those that walk along the bounds of its schema. */
const EXAMPLES = Number(process.env.FUZZ_EXAMPLES ?? 4);
/** Over all roles. */
const FEWEST_REQUESTS = 5000;

await install();
if (!(await tools())) {
  console.log('0 passed, 0 failed');
  process.exit();
}
if ((await run('nx', ['run-many', '-t', 'build', '-p', 'contracts', 'api', '--output-style=static'])) !== 0)
  process.exit(1);

mkdirSync(join(root, 'test-results'), { recursive: true });
const data = mkdtempSync(join(tmpdir(), 'fuzz-api-'));
process.on('exit', () => rmSync(data, { recursive: true, force: true }));
const url = await start();
const { pool, products, tokens } = await furnish(`${url}/api`);
const results = [];
const check = (what, ok, why = '') => {
  results.push(ok);
  console.log(`${ok ? '✓' : '✗'} ${what}${ok || !why ? '' : `: ${why}`}`);
};

let requests = 0;
// at once: the machine's cores are waited for, not the one process of Python
const reports = await Promise.all(Object.entries(tokens).map(([role, token]) => fuzz(role, url, token)));
for (const [i, [role, token]] of Object.entries(tokens).entries()) {
  const report = reports[i];
  requests += report.requests;
  check(
    `${role}: ${report.requests} requests, ${report.operations} operations in ${report.seconds} s`,
    report.complete,
  );
  for (let fine = report.operations - report.broken.size; fine > 0; fine--) results.push(true);
  for (const [operation, titles] of report.broken) check(`${role}: ${operation}`, false, [...titles].join(', '));
  if (token) check(`${role} is still signed in`, (await meStatus(token)) === 200);
}
check(`${requests} requests, at least ${FEWEST_REQUESTS}`, requests >= FEWEST_REQUESTS);

// the negative control: the same run has to find what is broken on purpose
const broken = await breakOnPurpose(url, tokens.admin);
const control = await fuzz('broken', broken.url, tokens.admin, broken.paths);
for (const [path, title] of Object.entries(broken.faults)) {
  const found = [...control.broken].some(([name, titles]) => name.endsWith(path) && titles.has(title));
  check(`finds on purpose: ${title} at ${path}`, found);
}
broken.close();
stopAll();

const passed = results.filter(Boolean).length;
console.log(`\n${passed} passed, ${results.length - passed} failed`);
process.exit(passed === results.length ? 0 : 1);

/** False, with the reason said, where it is not there and cannot be fetched. */
async function tools() {
  if (existsSync(join(TOOLS, 'bin/schemathesis'))) return true;
  const pip = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--only-binary=:all:',
    '--target',
    TOOLS,
  ];
  const { code, output } = await runQuietly('fetching schemathesis', 'python3', [...pip, PACKAGE]);
  if (code !== 0) console.log(`skipped: schemathesis cannot be fetched (${output.trim().split('\n').at(-1)})`);
  return code === 0;
}

/** The built product on its own database. Its log is `api.log` of the data folder. */
async function start() {
  const port = await freePort();
  const log = openSync(join(root, 'test-results/fuzz-api.log'), 'w');
  const env = {
    PORT: String(port),
    DATA_DIR: data,
    RATE_LIMIT_ENABLED: 'false',
    BCRYPT_ROUNDS: '4',
    LOG_LEVEL: 'error',
    PARTNER_CAPACITY: '20',
    UV_THREADPOOL_SIZE: '8',
  };
  const leash = new URL('leash.mjs', import.meta.url).href;
  const args = ['--enable-source-maps', '--import', leash, 'dist/api/api/src/main.js'];
  let ended = false;
  void run('node', args, { env, stdio: ['ignore', log, log] }).then(() => (ended = true));
  const address = `http://127.0.0.1:${port}`;
  while (!ended) {
    const ready = await fetch(`${address}/api/health/ready`).catch(() => null);
    if (ready?.ok) return address;
    await pause(200);
  }
  console.log(readFileSync(join(root, 'test-results/fuzz-api.log'), 'utf8'));
  console.log('\n0 passed, 1 failed');
  process.exit(1);
}

async function meStatus(token) {
  return (await fetch(`${url}/api/auth/me`, { headers: { Authorization: `Bearer ${token}` } })).status;
}

/** One run; what it found, by operation. */
async function fuzz(name, address, token, paths = []) {
  const report = join(root, `test-results/fuzz-${name}.json`);
  rmSync(report, { force: true });
  const args = [
    ...['--config-file', join(root, 'tools/fuzz/schemathesis.toml'), 'run', `${address}/api/docs-json`],
    ...['--url', address, '--no-color', '--seed', String(SEED), '--max-examples', String(EXAMPLES)],
    ...['--report', 'json', '--report-json-path', report],
    ...(token ? ['--header', `Authorization: Bearer ${token}`] : []),
    ...paths.flatMap((path) => ['--include-path', path]),
  ];
  const env = {
    PYTHONPATH: TOOLS,
    FUZZ_ROLE: name,
    FUZZ_POOL: JSON.stringify(pool),
    FUZZ_PRODUCTS: JSON.stringify(products),
  };
  const { output } = await runQuietly(`fuzzing as ${name}`, join(TOOLS, 'bin/schemathesis'), args, { env });
  const text = existsSync(report) ? readFileSync(report, 'utf8') : '';
  if (!text.endsWith('}\n') && !text.endsWith('}')) return unfinished(name, output);
  const { test_cases, operations, failures, errors, running_time, complete } = JSON.parse(text);
  const broken = new Map();
  for (const { title, operations } of [...failures, ...errors])
    for (const operation of operations ?? [title])
      broken.set(operation, (broken.get(operation) ?? new Set()).add(title));
  if (broken.size && name !== 'broken') console.log(output);
  return {
    complete,
    requests: test_cases.generated,
    operations: operations.tested,
    seconds: Math.round(running_time),
    broken,
  };
}

function unfinished(name, output) {
  return { complete: false, requests: 0, operations: 0, seconds: 0, broken: new Map([[name, new Set([output])]]) };
}
