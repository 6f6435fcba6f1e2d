// npm run test:faults: kills, failovers and broken networks, some minutes. The last line is `N passed, N failed`.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { install, root, run } from './up.mjs';

const COUNTS = join(root, 'test-results/counts/api.json');

await install();
rmSync(COUNTS, { force: true });
const jest = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules', 'node_modules/jest/bin/jest.js'];
const code = await run('node', [...jest, '-c', 'api/jest.faults.config.mjs', '--runInBand', ...process.argv.slice(2)]);
const { passed, failed } = JSON.parse(readFileSync(COUNTS, 'utf8'));
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(code);
