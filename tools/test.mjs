// npm test: installs, checks and tests everything. The last line is `N passed, N failed`: a lint, a type check or a build
// counts one each, a test one each.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { lintSupply } from './lint-supply.mjs';
import { install, root, run } from './up.mjs';

/** One after the other: a test that waits for an event must not wait for a compiler. */
const STEPS = [
  { targets: ['lint', 'typecheck', 'build'], parallel: 2 },
  { targets: ['test'], parallel: 1 },
  { targets: ['e2e'], parallel: 1 },
];
const NX_REPORT = join(root, '.nx/cache/run.json');
const COUNTS = join(root, 'test-results/counts');

await install();
rmSync(COUNTS, { recursive: true, force: true });
const seen = new Map();
seen.set('lint:supply', await lintSupply());
for (const { targets, parallel } of STEPS) {
  rmSync(NX_REPORT, { force: true });
  const args = ['run-many', '-t', ...targets, `--parallel=${parallel}`, '--output-style=static'];
  const code = await run('nx', args);
  const tasks = json(NX_REPORT)?.tasks ?? [];
  for (const task of tasks) seen.set(task.taskId, resultOf(task));
  // a step that failed and names no failed task must not pass for a success
  if (code !== 0 && tasks.every(({ status }) => status === 0)) seen.set(targets.join(), { passed: 0, failed: 1 });
}
const sum = (key) => [...seen.values()].reduce((total, result) => total + result[key], 0);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
process.exit(sum('failed') ? 1 : 0);

function resultOf({ target, projectName, status }) {
  const ok = status === 0;
  const counts = ['test', 'e2e'].includes(target) ? countsOf(projectName) : null;
  if (!counts) return { passed: ok ? 1 : 0, failed: ok ? 0 : 1 };
  return { passed: counts.passed, failed: ok ? counts.failed : Math.max(counts.failed, 1) };
}

/** Jest's counts from our reporter, Playwright's from its own. */
function countsOf(project) {
  const counts = json(join(COUNTS, `${project}.json`));
  if (!counts?.stats) return counts;
  return { passed: counts.stats.expected + counts.stats.flaky, failed: counts.stats.unexpected };
}

function json(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}
