import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

const found = new URL('../../dist/api/api/src/platform/redis/find-redis.js', import.meta.url).href;
const { findRedis } = (await import(found)) as { findRedis: () => Promise<string> };

/** A Redis of its own, in memory only. */
export async function startRedis(): Promise<{ url: string; version: number; stop: () => void }> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const server = spawn(await findRedis(), options, { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  for await (const chunk of server.stdout) {
    said += String(chunk);
    if (said.includes('Ready to accept connections')) break;
  }
  const version = Number(/Redis version=(\d+)/.exec(said)?.[1]);
  return { url: `redis://127.0.0.1:${String(port)}`, version, stop: () => void server.kill() };
}
