// npm start: installs, builds, serves portals and API on http://localhost:5000 until Ctrl-C.
import { assertFree, fail, install, run, runQuietly } from './up.mjs';

await assertFree(Number(process.env.PORT || 5000), 'or choose another one, e.g. PORT=5001 npm start');
await install();

console.log('Building (half a minute the first time, a second when nothing has changed) …');
const { code, output } = await runQuietly('building', 'nx', ['run-many', '-t', 'build', '--output-style=static']);
if (code !== 0) fail(`The build failed:\n${output.trim()}`);

console.log('Starting …');
const leash = new URL('leash.mjs', import.meta.url).href;
process.exitCode = await run('node', ['--enable-source-maps', '--import', leash, 'dist/api/api/src/main.js'], {
  // password hashing has the threads for itself, files and names keep some
  env: { UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? '16' },
});
process.exit();
