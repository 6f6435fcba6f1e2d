import { rm } from 'node:fs/promises';

export default async function stopMongo() {
  const mongo = globalThis.testMongo;
  if (!mongo) return;
  await mongo.stop();
  await rm(mongo.dataDir, { recursive: true, force: true });
}
