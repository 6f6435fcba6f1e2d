import { describe, expect, it } from '@jest/globals';
import type { Env } from '../platform/env';
import { Passwords } from './passwords';

describe('passwords', () => {
  const passwords = new Passwords({ BCRYPT_ROUNDS: 10 } as Env);

  /** Milliseconds of the quickest of three: what a busy machine adds is not counted. */
  async function quickest(act: () => Promise<unknown>): Promise<number> {
    const times: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const start = performance.now();
      await act();
      times.push(performance.now() - start);
    }
    return Math.min(...times);
  }

  it('match their own hash and nothing else', async () => {
    const hash = await passwords.hash('correct horse');
    expect(hash).toMatch(/^\$2b\$10\$/);
    expect(await passwords.matches('correct horse', hash)).toBe(true);
    expect(await passwords.matches('correct hors', hash)).toBe(false);
    expect(await passwords.hash('correct horse')).not.toBe(hash);
  });

  it('never match where there is no account, not even the one that stands in for it', async () => {
    expect(await passwords.matches('nobody has this one', undefined)).toBe(false);
    expect(await passwords.matches('', undefined)).toBe(false);
  });

  it('take as long where there is no account as where there is one', async () => {
    const hash = await passwords.hash('correct horse');
    const known = await quickest(() => passwords.matches('a guess', hash));
    const unknown = await quickest(() => passwords.matches('a guess', undefined));
    // without the stand-in the second is a thousand times quicker
    expect(unknown).toBeGreaterThan(known / 3);
    expect(unknown).toBeLessThan(known * 3);
  });
});
