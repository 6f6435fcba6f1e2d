import { isDeepStrictEqual } from 'node:util';

export interface Differences {
  before: Record<string, unknown>;
  after: Record<string, unknown>;
}

/** Which of the fields that `after` has are not what they were, each as it was and as it is. null: all are. */
export function differences(before: object, after: object): Differences | null {
  const was = before as Record<string, unknown>;
  const changed = Object.entries(after).filter(([name, value]) => !isDeepStrictEqual(was[name], value));
  if (!changed.length) return null;
  const there = changed.filter(([name]) => was[name] !== undefined);
  return {
    before: Object.fromEntries(there.map(([name]) => [name, was[name]])),
    after: Object.fromEntries(changed),
  };
}
