import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import mongoose, { type mongo } from 'mongoose';
import { findMongod } from '../../src/platform/mongo/find-mongod';
import { type MongodProcess, spawnMongod } from '../../src/platform/mongo/mongod-process';
import { freePort } from './free-port';

const { MongoClient } = mongoose.mongo;
const NAME = 'faults';
/** Milliseconds without a primary after which the others elect one. */
const ELECTION_TIMEOUT = 2000;
/** Milliseconds that a change of the set may take here. */
const PATIENCE = 30_000;

interface Member {
  host: string;
  process: MongodProcess;
}

/** Three real servers that vote, any of which can be killed. */
export class ReplicaSet {
  private constructor(
    private readonly members: Member[],
    private readonly folder: string,
  ) {}

  static async start(): Promise<ReplicaSet> {
    const { path: binary } = await findMongod(() => undefined);
    const folder = await mkdtemp(join(tmpdir(), 'qc-set-'));
    const members = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const port = await freePort();
        const dbPath = await mkdtemp(join(folder, 'member-'));
        const logFile = join(dbPath, 'mongod.log');
        return { host: `127.0.0.1:${port}`, process: spawnMongod({ binary, dbPath, port, replicaSet: NAME, logFile }) };
      }),
    );
    const set = new ReplicaSet(members, folder);
    await set.initiate();
    return set;
  }

  uri(database: string): string {
    return `mongodb://${this.members.map(({ host }) => host).join()}/${database}?replicaSet=${NAME}`;
  }

  /** SIGKILL: no handing over. Answers which member it was. */
  async killPrimary(): Promise<string> {
    const host = await this.primary();
    const member = this.members.find((one) => one.host === host)!;
    process.kill(member.process.pid, 'SIGKILL');
    await member.process.ended;
    return host;
  }

  async stop(): Promise<void> {
    await Promise.all(this.members.map(({ process }) => process.stop()));
    await rm(this.folder, { recursive: true, force: true });
  }

  /** @throws Error while there is none */
  async primary(): Promise<string> {
    for (const { host } of this.members) {
      const hello = await this.ask(host, { hello: 1 }).catch(() => undefined);
      if (hello?.['isWritablePrimary']) return host;
    }
    throw new Error('nobody is primary');
  }

  private async initiate(): Promise<void> {
    const config = {
      _id: NAME,
      members: this.members.map(({ host }, _id) => ({ _id, host })),
      settings: { electionTimeoutMillis: ELECTION_TIMEOUT },
    };
    await eventually(() => this.ask(this.members[0]!.host, { replSetInitiate: config }));
    await eventually(() => this.primary());
  }

  private async ask(host: string, command: mongo.Document): Promise<mongo.Document> {
    const client = new MongoClient(`mongodb://${host}/?directConnection=true&serverSelectionTimeoutMS=2000`);
    try {
      return await client.db('admin').command(command);
    } finally {
      await client.close();
    }
  }
}

async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  for (const deadline = Date.now() + PATIENCE; ; await pause(100)) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}
