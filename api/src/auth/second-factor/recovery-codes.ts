import { createHash, randomBytes } from 'node:crypto';

const HOW_MANY = 10;
/** Of base32 (RFC 4648): 5 bits each, and no 0, 1 or 8 to take for a letter. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const LENGTH = 24;

export interface RecoveryCodeSet {
  /** `abcd-efgh-…`: 120 random bits each, so that a plain hash is enough to keep. */
  codes: string[];
  hashes: string[];
}

export function newRecoveryCodes(): RecoveryCodeSet {
  const codes = Array.from({ length: HOW_MANY }, newCode);
  return { codes, hashes: codes.map(hashOfRecoveryCode) };
}

/** However it was written down: spaces, dashes and capitals are nothing. */
export function hashOfRecoveryCode(code: string): string {
  const plain = code.toLowerCase().replace(/[\s-]/g, '');
  return createHash('sha256').update(plain).digest('base64url');
}

function newCode(): string {
  const letters = [...randomBytes(LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
  return letters.match(/.{4}/g)!.join('-');
}
