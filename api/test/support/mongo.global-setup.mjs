import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importSource } from './import-source.mjs';

/** One real replica set for the whole run, found as the product finds its own; tests take a database each. */
export default async function startMongo() {
  if (process.env.MONGODB_TEST_URI) return;
  const { startEmbeddedMongod } = await importSource('platform/mongo/embedded-mongod.ts');
  const dataDir = await mkdtemp(join(tmpdir(), 'qc-test-'));
  const say = (line) => process.stderr.write(`${line}\n`);
  const { uri, stop } = await startEmbeddedMongod({ dataDir, say });
  process.env.MONGODB_TEST_URI = uri;
  globalThis.testMongo = { dataDir, stop };
}
