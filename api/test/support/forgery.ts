import { createHmac } from 'node:crypto';

export type Claims = Record<string, unknown>;

export const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export const claimsOf = (token: string): Claims => read(token, 1);

export const headerOf = (token: string): Claims => read(token, 0);

/** What the product calls the key of this secret. */
export const keyIdOf = (secret: string): string =>
  createHmac('sha256', secret).update('key id').digest().subarray(0, 8).toString('base64url');

export interface Forgery {
  secret: string;
  /** Instead of the header that the product writes under this secret. */
  header?: object;
  hash?: string;
}

/** A token with these claims, signed by whoever has this secret. */
export function signed(claims: Claims, { secret, header, hash = 'sha256' }: Forgery): string {
  const body = `${part(header ?? { alg: 'HS256', typ: 'at+jwt', kid: keyIdOf(secret) })}.${part(claims)}`;
  return `${body}.${createHmac(hash, secret).update(body).digest('base64url')}`;
}

function read(token: string, index: number): Claims {
  return JSON.parse(Buffer.from(token.split('.')[index]!, 'base64url').toString()) as Claims;
}
