import type { mongo } from 'mongoose';

/** Seconds that the database keeps the past for a dump that takes long; its own default is five minutes. */
const WINDOW = 4 * 3600;
const PARAMETER = 'minSnapshotHistoryWindowInSeconds';

/** Named with each read: the driver would let the connection's own read concern go before the session's. */
export const SNAPSHOT = { level: 'snapshot' } as const;

/** The driver keeps it, and declares it for itself only. */
interface SnapshotSession extends mongo.ClientSession {
  snapshotTime?: mongo.Timestamp;
}

/**
 * All that is read with the session is of one moment of the whole database, however long it takes and whatever is
 * written meanwhile. For that time the server is told to keep more of the past, when it lets us.
 */
export async function inSnapshot<T>(
  client: mongo.MongoClient,
  work: (session: mongo.ClientSession) => Promise<T>,
  say: (line: string) => void,
): Promise<T> {
  const giveBack = await widenWindow(client.db('admin'), say);
  const session = client.startSession({ snapshot: true });
  try {
    return await work(session);
  } finally {
    await session.endSession();
    await giveBack();
  }
}

/** @throws Error before anything was read */
export function momentOf(session: mongo.ClientSession): { seconds: number; increment: number } {
  const moment = (session as SnapshotSession).snapshotTime;
  if (!moment) throw new Error('nothing was read in this snapshot');
  return { seconds: moment.getHighBitsUnsigned(), increment: moment.getLowBitsUnsigned() };
}

async function widenWindow(admin: mongo.Db, say: (line: string) => void): Promise<() => Promise<void>> {
  try {
    const { [PARAMETER]: before } = await admin.command({ getParameter: 1, [PARAMETER]: 1 });
    if (before >= WINDOW) return () => Promise.resolve();
    await admin.command({ setParameter: 1, [PARAMETER]: WINDOW });
    return async () => void (await admin.command({ setParameter: 1, [PARAMETER]: before as number }));
  } catch (error) {
    say(
      `${PARAMETER} cannot be raised (${(error as Error).message}): a dump that takes longer than the server keeps the past fails`,
    );
    return () => Promise.resolve();
  }
}
