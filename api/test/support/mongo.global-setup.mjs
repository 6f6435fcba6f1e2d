import { mkdtemp } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One real replica set for the whole run, found as the product finds its own; tests take a database each. */
export default async function startMongo() {
  if (process.env.MONGODB_TEST_URI) return;
  const { startEmbeddedMongod } = await importSource('../../src/platform/mongo/embedded-mongod.ts');
  const dataDir = await mkdtemp(join(tmpdir(), 'qc-test-'));
  const say = (line) => process.stderr.write(`${line}\n`);
  const { uri, stop } = await startEmbeddedMongod({ dataDir, say });
  process.env.MONGODB_TEST_URI = uri;
  globalThis.testMongo = { dataDir, stop };
}

/** Node strips the types by itself; it only does not guess the extension of what a source imports. */
async function importSource(path) {
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      const source = context.parentURL?.endsWith('.ts') && /^\.{1,2}\/[^.]+$/.test(specifier);
      return next(source ? `${specifier}.ts` : specifier, context);
    },
  });
  try {
    return await import(path);
  } finally {
    hooks.deregister();
  }
}
