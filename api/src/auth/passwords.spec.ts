import { describe, expect, it } from '@jest/globals';
import type { Env } from '../platform/env';
import { type Problem } from '../platform/http/problem';
import type { Metrics } from '../platform/metrics/metrics';
import { HashingQueue } from './hashing-queue';
import { Passwords } from './passwords';

describe('passwords', () => {
  const env = { BCRYPT_ROUNDS: 10, UV_THREADPOOL_SIZE: 4 } as Env;
  const passwords = new Passwords(env, new HashingQueue(env, { gauge: () => undefined } as unknown as Metrics));

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

  it('are not looked at to their first 72 bytes alone', async () => {
    const password = 'x'.repeat(72);
    const hash = await passwords.hash(password);
    expect(await passwords.matches(password, hash)).toBe(true);
    expect(await passwords.matches(`${password}y`, hash)).toBe(false);
  });

  it('are hashed anew when their cost is another one, higher or lower', async () => {
    const hash = await passwords.hash('correct horse');
    const at = (BCRYPT_ROUNDS: number): boolean =>
      new Passwords({ ...env, BCRYPT_ROUNDS } as Env, undefined as unknown as HashingQueue).isOutdated(hash);
    expect([at(9), at(10), at(11)]).toEqual([true, false, true]);
  });

  it.each([
    ['password1', true],
    ['PassWord1', true],
    [' password1 ', true],
    ['qwertyuiop', true],
    ['Nina.Rao@test.example', true],
    ['nina.rao', true],
    ['correct horse', false],
    ['Demo-pass-123', false],
    ['battery staple', false],
    ['nina.rao and a friend', false],
  ])('%j is one that is tried first: %p', async (password, refused) => {
    const asked = passwords.assertAcceptable(password, { path: 'newPassword', email: 'nina.rao@test.example' });
    const refusal = await asked.then(
      () => undefined,
      (error: unknown) => error as Problem,
    );
    expect(refusal?.code).toBe(refused ? 'VALIDATION_FAILED' : undefined);
    expect(refusal?.extra.errors?.map(({ path }) => path)).toEqual(refused ? ['newPassword'] : undefined);
  });
});
