// npm run dev: the API on 5000 and the portals on 4200, both built again and reloaded when a source changes.
import { assertFree, fail, install, run, runQuietly, stopAll } from './up.mjs';

await assertFree(5000, 'as the portals on 4200 look for the API there');
await assertFree(4200, 'as the portals are served there');
await install();

const { code, output } = await runQuietly('building', 'nx', ['build', 'contracts', '--output-style=static']);
if (code !== 0) fail(`The build failed:\n${output.trim()}`);

const leash = new URL('leash.mjs', import.meta.url).href;
const env = { NODE_OPTIONS: `--import=${leash}` };
const apiEnv = { ...env, PORT: '5000', UV_THREADPOOL_SIZE: '16' };
const compile = ['api/src', 'libs/contracts/src', '-d', 'dist/api', '--config-file', 'api/.swcrc', '-w'];

let whenCompiled;
const compiled = new Promise((done) => (whenCompiled = done));
const ended = [
  run('swc', compile, {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    started: ({ stdout }) => {
      stdout.on('data', (text) => process.stdout.write(`api: ${text}`));
      stdout.once('data', whenCompiled);
    },
  }),
  run('nx', ['serve', 'web', '--output-style=stream'], { env: { ...env, PORT: '4200' } }),
  // started once its files are all there, or it would start once for each of them
  compiled.then(() =>
    run('node', ['--watch', '--watch-preserve-output', '--enable-source-maps', 'dist/api/api/src/main.js'], {
      env: apiEnv,
    }),
  ),
];
const first = await Promise.race(ended);
stopAll();
await Promise.all(ended);
process.exit(first);
