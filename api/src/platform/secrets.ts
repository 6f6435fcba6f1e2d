import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Env } from './env';
import { StartupError } from './startup-error';

/** Outside production a missing `JWT_SECRET` is made once and kept, so that sign-ins survive a restart. */
export function ensureJwtSecret(env: Env): void {
  if (env.JWT_SECRET) return;
  const file = join(env.DATA_DIR, 'jwt-secret');
  try {
    mkdirSync(env.DATA_DIR, { recursive: true });
    env.JWT_SECRET = kept(file) ?? made(file);
  } catch (error) {
    throw new StartupError(`DATA_DIR ${env.DATA_DIR} cannot be written: ${(error as Error).message}`);
  }
}

function kept(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

function made(file: string): string {
  const secret = randomBytes(32).toString('hex');
  writeFileSync(file, secret, { mode: 0o600 });
  return secret;
}
