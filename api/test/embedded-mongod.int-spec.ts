import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createConnection } from 'mongoose';
import { type EmbeddedMongod, startEmbeddedMongod } from '../src/platform/mongo/embedded-mongod';
import { StartupError } from '../src/platform/startup-error';

describe('the embedded server', () => {
  let folder: string;
  let dataDir: string;
  const said: string[] = [];
  const start = (dir = dataDir) => startEmbeddedMongod({ dataDir: dir, say: (line) => said.push(line) });

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qc-embedded-'));
    dataDir = join(folder, 'data');
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('keeps data and port over a restart, in transactions', async () => {
    const first = await start();
    await write(first, 'one');
    await first.stop();
    const second = await start();
    expect(second.uri).toBe(first.uri);
    expect(await read(second)).toEqual(['one']);
    await second.stop();
  });

  it('refuses a second start on the same folder in one line, and the first goes on', async () => {
    const first = await start();
    const refusal = await start().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StartupError);
    expect((refusal as Error).message).toMatch(/^The data in .* is in use \(process \d+\): [^\n]+$/);
    expect(await read(first)).toEqual(['one']);
    await first.stop();
  });

  it('takes the data along to another port when a stranger has its own', async () => {
    const { port } = JSON.parse(await readFile(join(dataDir, 'mongo.json'), 'utf8')) as { port: number };
    const stranger = createServer((socket) => socket.destroy()).listen(port, '127.0.0.1');
    await once(stranger, 'listening');
    const moved = await start();
    expect(moved.uri).not.toContain(`:${port}/`);
    expect(said.at(-1)).toMatch(/^Port \d+, where .* taken/);
    expect(await read(moved)).toEqual(['one']);
    await moved.stop();
    stranger.close();
  });

  it('goes when its process is killed hard, and the next start has what was acknowledged', async () => {
    const owner = fork(join(import.meta.dirname, 'support/mongod-owner.mjs'), [dataDir], { execArgv: [] });
    const [uri] = (await once(owner, 'message')) as [string];
    await write({ uri }, 'two');
    owner.kill('SIGKILL');
    const next = await start();
    expect(await read(next)).toEqual(['one', 'two']);
    await next.stop();
  });

  it('says in one line that files are broken', async () => {
    const broken = join(folder, 'broken');
    await cp(dataDir, broken, { recursive: true });
    await writeFile(join(broken, 'mongo/WiredTiger.turtle'), 'not what it was');
    const refusal = await start(broken).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StartupError);
    expect((refusal as Error).message).toMatch(/^MongoDB cannot run on the data in [^\n]+begin anew\.$/);
  });

  it('says in one line that the folder cannot be used', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    await expect(start(file)).rejects.toThrow(/^DATA_DIR .* cannot be written [^\n]+$/);
  });
});

async function write({ uri }: Pick<EmbeddedMongod, 'uri'>, name: string): Promise<void> {
  const connection = await createConnection(uri).asPromise();
  await connection.createCollection('kept').catch(() => undefined);
  await connection.transaction((session) => connection.collection('kept').insertOne({ name }, { session }));
  await connection.close();
}

async function read({ uri }: Pick<EmbeddedMongod, 'uri'>): Promise<unknown[]> {
  const connection = await createConnection(uri).asPromise();
  const kept = await connection.collection('kept').find().sort({ _id: 1 }).toArray();
  await connection.close();
  return kept.map(({ name }) => name as unknown);
}
