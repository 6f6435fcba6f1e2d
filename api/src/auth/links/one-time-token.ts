import { createHash, randomBytes } from 'node:crypto';

/** What a link carries, and what the database keeps of it. */
export interface OneTimeToken {
  /** 256 random bits, base64url. */
  token: string;
  hash: string;
}

export function newOneTimeToken(): OneTimeToken {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashOfToken(token) };
}

/** SHA-256: of 256 random bits nobody guesses the origin, so that nothing slower is needed. */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
