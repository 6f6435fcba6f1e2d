import { parseArgs } from 'node:util';
import { StartupError } from '../platform/startup-error';
import { runCommand, say, withDatabase } from './command-line';
import { dump } from './dump';

const USAGE = 'npm run backup -- --to DIR [--keep N]';

runCommand(async (env) => {
  const { to, keep } = parseArgs({ options: { to: { type: 'string' }, keep: { type: 'string' } } }).values;
  if (!to || (keep !== undefined && !/^[1-9]\d*$/.test(keep))) throw new StartupError(`usage: ${USAGE}`);
  const { folder, manifest } = await withDatabase(env, (connection) =>
    dump(connection, {
      to,
      ...(keep && { keep: Number(keep) }),
      onCollection: ({ name, documents, bytes }) => say(`  ${name}: ${documents} documents, ${bytes} bytes`),
      say,
    }),
  );
  const { takenAt, took } = manifest;
  say(`${folder}: the database as of ${takenAt}, in ${(took / 1000).toFixed(1)} s`);
});
