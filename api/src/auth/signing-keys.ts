import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Env } from '../platform/env';

interface SigningKey {
  /** Names the key and tells nothing of it. */
  id: string;
  key: KeyObject;
  /** How the header of each token under this key is written: algorithm, kind and key at once. */
  head: string;
}

/** RFC 9068: an access token, and nothing else that may be signed with the same key. */
const KIND = 'at+jwt';
const ALGORITHM = 'HS256';
const ID_BYTES = 8;

/** `JWT_SECRET` signs; what `JWT_SECRET_PREVIOUS` has signed is still read. */
@Injectable()
export class SigningKeys {
  readonly current: SigningKey;
  private readonly all: readonly SigningKey[];

  constructor(@Inject(Env) { JWT_SECRET, JWT_SECRET_PREVIOUS }: Env) {
    this.current = signingKey(JWT_SECRET!);
    this.all = [this.current, ...(JWT_SECRET_PREVIOUS ? [signingKey(JWT_SECRET_PREVIOUS)] : [])];
  }

  /** The header of an access token under the current key. */
  get header(): { alg: typeof ALGORITHM; typ: string; kid: string } {
    return headerOf(this.current.id);
  }

  /** The key that an access token is to be checked with. undefined: its header is not one of ours, whatever it says. */
  keyOf(token: string): KeyObject | undefined {
    const head = token.slice(0, token.indexOf('.'));
    return this.all.find((one) => one.head === head)?.key;
  }

  /** 256 bits over `text` under the current key, in base64url. */
  mac(text: string): string {
    return macOf(this.current, text);
  }

  /** Whether `mac` is ours over `text`, under either key; written in no other way. */
  verifies(text: string, mac: string): boolean {
    return this.all.some((key) => equal(mac, macOf(key, text)));
  }
}

function signingKey(secret: string): SigningKey {
  const id = createHmac('sha256', secret).update('key id').digest().subarray(0, ID_BYTES).toString('base64url');
  const head = Buffer.from(JSON.stringify(headerOf(id))).toString('base64url');
  return { id, key: createSecretKey(secret, 'utf8'), head };
}

function headerOf(kid: string): SigningKeys['header'] {
  return { alg: ALGORITHM, typ: KIND, kid };
}

function macOf({ key }: SigningKey, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}

/** The text, not what it decodes to: the last letter's lowest bits say nothing. */
function equal(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
