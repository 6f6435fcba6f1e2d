// Makes the secrets of this installation that are not there yet, each for the one service that reads it. Runs as root.
//   secrets.mjs FOLDER [--given] [--show]
// --given takes over those in a JSON object (path: value) on standard input; --show prints all as such a one: for a store of
// secrets that outlives the machine.
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const [folder, ...options] = process.argv.slice(2);
const given = options.includes('--given') ? JSON.parse(readFileSync(0, 'utf8')) : {};
const shown = { ...given };
/** Users of the images. */
const MONGO = 999;
const REDIS = 999;
const NODE = 1000;
const GRAFANA = 472;

const random = (bytes) => randomBytes(bytes).toString('hex');

/** Returns what the file holds; made now where it is missing. */
function secret(path, owner, make) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
  if (given[path] !== undefined) {
    writeFileSync(file, given[path], { mode: 0o600 });
  } else if (!existsSync(file)) {
    writeFileSync(file, make(), { mode: 0o400 });
    console.error(`made ${path}`);
  }
  chmodSync(file, 0o400);
  if (process.getuid() === 0) chownSync(file, owner, owner);
  return (shown[path] = readFileSync(file, 'utf8'));
}

secret('mongo/key', MONGO, () => randomBytes(512).toString('base64'));
const root = secret('mongo/root-password', MONGO, () => random(24));
// the one-shot service that prepares the database runs as the API's user
secret('init/root-password', NODE, () => root);
const database = secret('init/database-password', NODE, () => random(24));
secret(
  'api/mongodb-uri',
  NODE,
  () => `mongodb://quickcommerce:${database}@mongo:27017/quickcommerce?replicaSet=rs0&authSource=quickcommerce`,
);
const backup = secret('init/backup-password', NODE, () => random(24));
secret(
  'backup/mongodb-uri',
  NODE,
  () => `mongodb://backup:${backup}@mongo:27017/quickcommerce?replicaSet=rs0&authSource=quickcommerce`,
);
const redis = secret('redis/password', REDIS, () => random(24));
secret(
  'redis/redis.conf',
  REDIS,
  () => `requirepass ${redis}\nsave ""\nappendonly no\nmaxmemory 64mb\nmaxmemory-policy noeviction\n`,
);
secret('api/redis-url', NODE, () => `redis://:${redis}@redis:6379`);
secret('api/jwt-secret', NODE, () => random(32));
// empty but while secrets change
secret('api/jwt-secret-previous', NODE, () => '');
secret('api/field-keys', NODE, () => `k1:${randomBytes(32).toString('base64')}`);
secret('api/admin-password', NODE, () => random(9));
secret('grafana/admin-password', GRAFANA, () => random(9));
if (options.includes('--show')) console.log(JSON.stringify(shown));
