import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { SigningKeys } from './signing-keys';

const NONCE_BYTES = 16;

/**
 * Browsers from which an account was opened before (OWASP "device cookies"): their guesses are counted apart, so that
 * strangers who guess cannot keep the owner out. A token opens nothing by itself.
 */
@Injectable()
export class KnownDevices {
  constructor(private readonly keys: SigningKeys) {}

  /** After a good sign-in. A device that is known stays the same one. */
  issue(email: string, token?: string): string {
    const nonce = this.nonceOf(email, token) ?? randomBytes(NONCE_BYTES).toString('base64url');
    return `${nonce}.${this.keys.mac(deviceText(email, nonce))}`;
  }

  /** What tells this device from others. undefined: not one that this account was opened from. */
  nonceOf(email: string, token: string | undefined): string | undefined {
    const match = /^([\w-]{22})\.([\w-]{43})$/.exec(token ?? '');
    if (!match) return undefined;
    const [, nonce, mac] = match as unknown as [string, string, string];
    return this.keys.verifies(deviceText(email, nonce), mac) ? nonce : undefined;
  }
}

function deviceText(email: string, nonce: string): string {
  return `device:${email}:${nonce}`;
}
