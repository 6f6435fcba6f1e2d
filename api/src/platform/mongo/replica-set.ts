import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { mongo } from 'mongoose';

/** Milliseconds between two looks; the driver's own shortest is 500. */
const LOOK = 20;
/** Milliseconds in which a single member has to elect itself. */
const ELECTION = 60_000;
/** MongoDB's code for "has no configuration yet". */
const NOT_YET_INITIALIZED = 94;

export interface Member {
  pid: number;
  port: number;
  /** Of the replica set. */
  name: string;
  /** Aborted when the server has ended. */
  signal: AbortSignal;
}

/**
 * Waits until the server on this port listens, and makes it the primary of a replica set of its own: initiated the first time,
 * taken along when the port is another one than before.
 * @throws Error when it is not elected in time
 */
export async function becomePrimary({ pid, port, name, signal }: Member): Promise<void> {
  // no deadline while the server is alive: after a crash it reads its journal first, however long that is
  while (!(await listens(port))) await wait(LOOK, undefined, { signal });
  const client = new mongo.MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`);
  try {
    const admin = client.db('admin');
    await assertItIs(pid, admin);
    let refused = '';
    for (const deadline = Date.now() + ELECTION; Date.now() < deadline; await wait(LOOK, undefined, { signal })) {
      // refused while the server still reads its configuration or votes, and it hangs up when its state changes: asked again
      try {
        if ((await admin.command({ hello: 1 }))['isWritablePrimary']) return;
        await configure(admin, name, `127.0.0.1:${port}`);
      } catch (error) {
        refused = ` (${(error as Error).message})`;
      }
    }
    throw new Error(`it did not become primary within ${ELECTION / 1000} s${refused}`);
  } finally {
    await client.close();
  }
}

/** Two starts at once may race for one port: the loser must not take the winner's server for its own. */
async function assertItIs(pid: number, admin: mongo.Db): Promise<void> {
  const { pid: answering } = await admin.command({ serverStatus: 1 });
  if (Number(answering) !== pid) throw new Error('address already in use');
}

interface Config {
  _id: string;
  version: number;
  members: { _id: number; host: string }[];
}

async function configure(admin: mongo.Db, name: string, host: string): Promise<void> {
  const config = await currentConfig(admin);
  if (!config) {
    await admin.command({ replSetInitiate: { _id: name, members: [{ _id: 0, host }] } });
  } else if (config.members[0]?.host !== host) {
    const members = [{ ...config.members[0], host }];
    await admin.command({ replSetReconfig: { ...config, version: config.version + 1, members }, force: true });
  }
}

async function currentConfig(admin: mongo.Db): Promise<Config | null> {
  try {
    return (await admin.command({ replSetGetConfig: 1 }))['config'] as Config;
  } catch (error) {
    if (error instanceof mongo.MongoServerError && error.code === NOT_YET_INITIALIZED) return null;
    throw error;
  }
}

async function listens(port: number): Promise<boolean> {
  const socket = connect({ port, host: '127.0.0.1' });
  return once(socket, 'connect').then(
    () => (socket.destroy(), true),
    () => false,
  );
}
