import { parseArgs } from 'node:util';
import { StartupError } from '../platform/startup-error';
import { runCommand, say, withDatabase } from './command-line';
import { load } from './load';

const USAGE = 'npm run restore -- --from DIR [--to-uri URI] [--force]';

runCommand(async (env) => {
  const { values } = parseArgs({
    options: { from: { type: 'string' }, 'to-uri': { type: 'string' }, force: { type: 'boolean' } },
  });
  const { from, force = false, 'to-uri': uri } = values;
  if (!from) throw new StartupError(`usage: ${USAGE}`);
  const { folder, manifest, documents, took } = await withDatabase(
    env,
    (connection) => load(connection, { from, force }),
    uri ?? env.MONGODB_URI,
  );
  const lost = Math.max(0, Math.round((Date.now() - Date.parse(manifest.takenAt)) / 1000));
  say(`${folder}: ${documents} documents in ${manifest.collections.length} collections, read back and compared`);
  say(`RTO ${(took / 1000).toFixed(1)} s; RPO ${lost} s: what was written after ${manifest.takenAt} is not in it`);
});
