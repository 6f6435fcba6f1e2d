import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Env } from './env';
import { newFieldKeys } from './field-keys';
import { StartupError } from './startup-error';

/** Outside production missing secrets are made once and kept, so that sign-ins and what is sealed survive a restart. */
export function ensureSecrets(env: Env): void {
  ensureJwtSecret(env);
  ensureFieldKeys(env);
}

function ensureJwtSecret(env: Env): void {
  env.JWT_SECRET ||= ensure(env, 'jwt-secret', () => randomBytes(32).toString('hex'));
}

/** @throws StartupError in production, where they are given */
export function ensureFieldKeys(env: Env): void {
  if (env.production && !env.FIELD_KEYS) throw new StartupError('FIELD_KEYS is required in production');
  env.FIELD_KEYS ||= ensure(env, 'field-keys', newFieldKeys);
}

function ensure({ DATA_DIR }: Env, name: string, make: () => string): string {
  const file = join(DATA_DIR, name);
  try {
    mkdirSync(DATA_DIR, { recursive: true });
    return kept(file) ?? made(file, make());
  } catch (error) {
    throw new StartupError(`DATA_DIR ${DATA_DIR} cannot be written: ${(error as Error).message}`);
  }
}

function kept(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

function made(file: string, secret: string): string {
  writeFileSync(file, secret, { mode: 0o600 });
  return secret;
}
