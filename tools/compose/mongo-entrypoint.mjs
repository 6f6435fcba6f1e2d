// Stands in for the entrypoint of the official MongoDB image: makes the root user on an empty volume, then becomes mongod.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { MongoClient } from 'mongodb';

const args = process.argv.slice(2).filter((argument) => argument !== 'mongod');
const drop = process.getuid() === 0 ? { uid: 999, gid: 999 } : {};
if (process.getuid() === 0) execFileSync('chown', ['-R', '999:999', '/data/db']);
if (!existsSync('/data/db/WiredTiger')) {
  const { MONGO_INITDB_ROOT_USERNAME: user, MONGO_INITDB_ROOT_PASSWORD_FILE: file } = process.env;
  spawnSync('mongod', ['--fork', '--logpath', '/data/db/init.log', '--bind_ip', '127.0.0.1'], {
    ...drop,
    stdio: 'inherit',
  });
  const client = new MongoClient('mongodb://127.0.0.1:27017/?directConnection=true');
  await client.db('admin').command({ createUser: user, pwd: readFileSync(file, 'utf8'), roles: ['root'] });
  await client.close();
  spawnSync('mongod', ['--shutdown', '--dbpath', '/data/db'], { ...drop, stdio: 'inherit' });
}
const mongod = spawn('mongod', args, { ...drop, stdio: 'inherit' });
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => mongod.kill(signal));
mongod.on('exit', (code) => process.exit(code ?? 1));
