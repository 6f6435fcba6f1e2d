// npm run test:compose: builds the images, starts docker-compose.yml on an engine of its own, and uses it: a browser, an order,
// every container killed once, both replicas rolled under traffic, a backup. Linux, as root. The last line is `N passed, N failed`.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { baseImages, baseNames, lentToBuilds } from './compose/bases.mjs';
import { composePlugin, endLeftOver, engine, startEngine } from './compose/engine.mjs';
import { scenario } from './compose/scenario.mjs';
import { sh } from './compose/sh.mjs';
import { install, root, run } from './up.mjs';

const NEEDED = ['buildah', 'mmdebstrap', 'dpkg', 'apt-get', 'go', 'npm'];
const PRODUCT = ['api', 'web'];

await install();
const missing = await whyNot();
if (missing) {
  console.log(`skipped: ${missing}\n\n0 passed, 0 failed`);
  process.exit();
}
if ((await run('nx', ['run-many', '-t', 'build', '-p', 'api', 'web'], { stdio: 'ignore' })) !== 0) process.exit(1);
const { CACHE } = await import(join(root, 'dist/api/api/src/platform/packaged-binary.js'));
const { findMongod } = await import(join(root, 'dist/api/api/src/platform/mongo/find-mongod.js'));
const cache = join(CACHE, 'containers');
const work = join(root, 'test-results/compose');
const storage = ['--root', join(work, 'images'), '--runroot', join(work, 'run'), '--storage-driver', 'overlay'];
const buildah = (...args) => sh('buildah', [...storage, ...args], { env: { BUILDAH_ISOLATION: 'chroot' } });
const clean = async () => {
  if (!existsSync(work)) return;
  await endLeftOver(join(work, 'engine'));
  await buildah('rm', '--all').catch(() => undefined);
  await sh('umount', ['-q', join(work, 'images/overlay')]).catch(() => undefined);
  rmSync(work, { recursive: true, force: true });
};
const timed = async (what, task) => {
  const began = Date.now();
  const result = await task();
  console.log(`  ${what}: ${Math.round((Date.now() - began) / 1000)} s`);
  return result;
};

await clean();
mkdirSync(work, { recursive: true });
let started;
const results = { passed: 0, failed: 0 };
const check = async (what, task) => {
  const began = Date.now();
  try {
    const said = await task();
    results.passed++;
    console.log(`✓ ${what}${said ? `: ${said}` : ''} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
    return true;
  } catch (error) {
    results.failed++;
    console.log(`✗ ${what}: ${error.message}`);
    return false;
  }
};
try {
  const bin = await timed("the engine's programs", () => engine(cache));
  const compose = await timed('compose', () => composePlugin(cache));
  const images = baseNames(root);
  const { path: mongod } = await findMongod(console.log);
  await timed('base images', () => baseImages({ buildah, cache, root, images, mongod }));
  started = await startEngine({ bin, data: join(work, 'engine') });
  const load = async (name) => {
    const file = join(work, 'image.tar');
    await buildah('push', '-q', name, `docker-archive:${file}:${name}`);
    await started.docker('load', '-q', '-i', file);
    rmSync(file);
  };
  for (const name of PRODUCT)
    await check(`docker/${name}.Dockerfile builds`, async () => {
      const image = `quickcommerce-${name}:local`;
      const lent = await lentToBuilds(work);
      const options = [
        '--pull-never',
        '--network',
        'host',
        '--format',
        'docker',
        '--layers',
        '--ulimit',
        'nofile=20000:20000',
      ];
      await buildah('bud', '-q', ...options, ...lent, '-f', join(root, `docker/${name}.Dockerfile`), '-t', image, root);
      await load(image);
      const layers = (
        await started.docker('history', '--format', '{{.Size}} {{.CreatedBy}}', '--human=false', image)
      ).split('\n');
      // a stand-in's layers name no step
      const size = (some) => megabytes(some.reduce((sum, layer) => sum + Number.parseInt(layer), 0));
      return `${size(layers.filter((layer) => !layer.endsWith(' /bin/sh')))} of its own, ${size(layers)} with the stand-in base`;
    });
  for (const name of [images.mongo, images.redis]) await load(name);
  if (!results.failed) await scenario({ check, engine: started, compose, root, work });
} catch (error) {
  results.failed++;
  console.log(`✗ ${error.stack}`);
} finally {
  await started?.end();
  await clean();
}
console.log(`\n${results.passed} passed, ${results.failed} failed`);
process.exit(results.failed ? 1 : 0);

function megabytes(bytes) {
  return `${Math.round(bytes / 1e6)} MB`;
}

async function whyNot() {
  if (process.platform !== 'linux' || process.getuid() !== 0)
    return 'containers need Linux, and root to start an engine';
  const there = await Promise.all(NEEDED.map((name) => sh('sh', ['-c', `command -v ${name}`]).catch(() => '')));
  const absent = NEEDED.filter((_, index) => !there[index]);
  return absent.length ? `${absent.join(', ')} not installed` : undefined;
}
