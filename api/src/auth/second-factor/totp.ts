import { generateSecret, generateURI, verifySync } from 'otplib';

/** Seconds of one time step, and how far a phone's clock may be off: what every authenticator app takes for granted (RFC 6238). */
const STEP = 30;
const ISSUER = 'QuickCommerce';

/** 160 random bits in base32, as RFC 4226 §4 recommends. */
export function newTotpSecret(): string {
  return generateSecret({ length: 20 });
}

/** `otpauth://totp/…`, what an authenticator app reads from a QR code. */
export function totpUri(secret: string, account: string): string {
  return generateURI({ issuer: ISSUER, label: account, secret });
}

/** The time step that the code belongs to, of the one at `now` and its two neighbours. null: of none of them. */
export function timeStepOf(code: string, secret: string, now: Date): number | null {
  if (!isTotpCode(code)) return null;
  const epoch = Math.floor(now.getTime() / 1000);
  const result = verifySync({ secret, token: code, epoch, period: STEP, epochTolerance: STEP });
  return result.valid && 'timeStep' in result ? result.timeStep : null;
}

export function isTotpCode(code: string): boolean {
  return /^\d{6}$/.test(code);
}
