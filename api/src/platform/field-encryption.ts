import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import mongoose, { type mongo } from 'mongoose';
import { parseFieldKeys } from './field-keys';

/** What the database holds in place of a value: which key, and nonce, ciphertext and tag in one. */
export interface Sealed {
  kid: string;
  box: mongo.Binary;
}

/** Where a value lives: what is sealed for one place opens at no other. */
export interface Place {
  collection: string;
  field: string;
  id: { toString(): string };
}

/** A sealed value that was altered, moved, or whose key is not here. Nothing of it is ever given out. */
export class SealBroken extends Error {}

interface Derived {
  cipher: KeyObject;
  mac: KeyObject;
}

const CIPHER = 'aes-256-gcm';
const [NONCE, TAG] = [12, 16];

/** AES-256-GCM of single values, by the keys of `FIELD_KEYS`: the first one seals, every one opens. */
export class FieldEncryption {
  /** The id of the key that seals. */
  readonly current: string;
  private readonly keys: ReadonlyMap<string, Derived>;

  /** @param fieldKeys as `FIELD_KEYS` has them @throws StartupError */
  constructor(fieldKeys: string) {
    const keys = parseFieldKeys(fieldKeys);
    this.current = keys[0]!.id;
    this.keys = new Map(keys.map(({ id, secret }) => [id, derive(secret)]));
  }

  /** @param value anything that JSON can say */
  seal(value: unknown, place: Place): Sealed {
    const kid = this.current;
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv(CIPHER, this.keys.get(kid)!.cipher, nonce).setAAD(boundTo(place, kid));
    const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
    return { kid, box: new mongoose.mongo.Binary(Buffer.concat([nonce, text, cipher.getAuthTag()])) };
  }

  /** A value from before it was sealed is given back as it is. @throws SealBroken */
  open<T>(stored: T | Sealed, place: Place): T {
    if (!isSealed(stored)) return stored;
    const key = this.keys.get(stored.kid);
    if (!key) throw new SealBroken(`${nameOf(place)} is sealed with key "${stored.kid}", which FIELD_KEYS lacks`);
    const box = stored.box.value();
    try {
      const decipher = createDecipheriv(CIPHER, key.cipher, box.subarray(0, NONCE), { authTagLength: TAG });
      decipher.setAAD(boundTo(place, stored.kid)).setAuthTag(box.subarray(-TAG));
      const text = Buffer.concat([decipher.update(box.subarray(NONCE, -TAG)), decipher.final()]);
      return JSON.parse(text.toString('utf8')) as T;
    } catch {
      throw new SealBroken(`${nameOf(place)} was altered, or sealed with another key "${stored.kid}"`);
    }
  }

  /** Tells equal texts from others, and says nothing of them to who has no key. */
  mac(text: string): string {
    return macOf(this.keys.get(this.current)!, text);
  }

  /** Whether `mac` was made of this text, by any key. */
  isMacOf(mac: string, text: string): boolean {
    return [...this.keys.values()].some((key) => macOf(key, text) === mac);
  }
}

export function isSealed(stored: unknown): stored is Sealed {
  return typeof stored === 'object' && stored !== null && 'kid' in stored && 'box' in stored;
}

/** One secret never serves two purposes. */
function derive(secret: Uint8Array): Derived {
  const purpose = (name: string): KeyObject =>
    createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `quickcommerce ${name}`, 32)));
  return { cipher: purpose('field encryption'), mac: purpose('field mac') };
}

function macOf({ mac }: Derived, text: string): string {
  return createHmac('sha256', mac).update(text).digest('base64url');
}

function boundTo(place: Place, kid: string): Buffer {
  return Buffer.from(`${nameOf(place)}/${kid}`);
}

function nameOf({ collection, field, id }: Place): string {
  return `${collection}.${field}/${id.toString()}`;
}
