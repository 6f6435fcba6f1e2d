import type { SessionSummary } from '@qc/contracts';
import { type SessionRecord, startOf } from './session.schema';

/** A session as its owner sees it. */
export function sessionView(session: SessionRecord, currentId: string): SessionSummary {
  const id = session._id.toHexString();
  return {
    id,
    current: id === currentId,
    device: session.device ?? 'Unknown device',
    ...(session.address && { address: session.address }),
    startedAt: startOf(session).toISOString(),
    lastUsedAt: session.rotatedAt.toISOString(),
  };
}
