import { createHash, randomBytes } from 'node:crypto';
import { StartupError } from './startup-error';

export interface FieldKey {
  id: string;
  /** 256 bits. */
  secret: Buffer;
}

/** `id:base64` of 32 bytes, the current one first; old ones stay until nothing is sealed with them. */
export const FIELD_KEYS_FORM = /^[\w-]{1,32}:[A-Za-z0-9+/]{43}=(\s*,\s*[\w-]{1,32}:[A-Za-z0-9+/]{43}=)*$/;

export const FIELD_KEYS_HELP =
  'must be key ids with 32 bytes in base64, the current one first, e.g. k1:$(openssl rand -base64 32)';

/** @throws StartupError when it has another form, or an id comes twice */
export function parseFieldKeys(text: string): FieldKey[] {
  if (!FIELD_KEYS_FORM.test(text)) throw new StartupError(`FIELD_KEYS ${FIELD_KEYS_HELP}`);
  const keys = text.split(',').map((entry): FieldKey => {
    const [id = '', secret = ''] = entry.trim().split(':');
    return { id, secret: Buffer.from(secret, 'base64') };
  });
  if (new Set(keys.map(({ id }) => id)).size < keys.length)
    throw new StartupError('FIELD_KEYS must give each key an id of its own');
  return keys;
}

/** One at random, named after itself, so that two that were made apart never share a name. */
export function newFieldKeys(): string {
  const secret = randomBytes(32);
  const id = createHash('sha256').update(secret).digest('hex').slice(0, 8);
  return `${id}:${secret.toString('base64')}`;
}
